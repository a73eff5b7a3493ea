"""What can go wrong with keys and with what they encrypt, and what to do then."""

from uuid import UUID

from eventstore.errors import EventStoreError, KeyMissing


class KeyDestroyed(EventStoreError):
    """The patient was erased: the stream takes no more personal events."""

    def __init__(self, stream_id: str) -> None:
        super().__init__(
            f"the key of {stream_id} was destroyed when the patient was erased: "
            "a new referral opens a pathway of its own"
        )
        self.stream_id = stream_id


class ContentChanged(EventStoreError):
    """An event's data was changed, or belongs to another place of the log."""

    def __init__(self, stream_id: str, version: int) -> None:
        super().__init__(
            f"the data of event {version} of {stream_id} was changed or stood elsewhere: "
            "verify the log, and restore what it names from a backup"
        )
        self.stream_id = stream_id
        self.version = version


class OrganisationKeyMissing(KeyMissing):
    """A patient's key is wrapped by an organisation key that this process does not have."""

    def __init__(self, key_id: UUID, wrapped_by: str) -> None:
        EventStoreError.__init__(
            self,
            f"key {key_id} is wrapped by the organisation key {wrapped_by}, which is not in the "
            "key ring: put its file back",
        )
        self.key_id = key_id
        self.wrapped_by = wrapped_by


class OrganisationKeyWrong(KeyMissing):
    """The organisation key of this name is another one than the one that wrapped."""

    def __init__(self, key_id: UUID, wrapped_by: str) -> None:
        EventStoreError.__init__(
            self,
            f"the organisation key {wrapped_by} of this key ring does not open key {key_id}: "
            "it belongs to another installation, or the row was changed; put the right file back",
        )
        self.key_id = key_id
        self.wrapped_by = wrapped_by


class KeyRingEmpty(EventStoreError):
    """There is no organisation key to wrap with."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"{folder} has no current organisation key: put the key ring back, "
            "or start carepath once to make the first"
        )
        self.folder = folder
