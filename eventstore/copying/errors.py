"""What can go wrong when a log is copied, and what to do then. The target is left as it was."""

from eventstore.errors import EventStoreError


class TargetInUse(EventStoreError):
    """The target has events of its own, or the keys of patients or of an installation."""

    def __init__(self, events: int, keys: int) -> None:
        super().__init__(
            f"the target's log already has {events} events and {keys} keys: "
            "copy into an empty database"
        )
        self.events = events
        self.keys = keys


class SchemasDiffer(EventStoreError):
    """Source and target were migrated by different versions of carepath."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(
            f"the source stands at migration {source}, the target at {target}: "
            "bring the source up to date with this carepath, then copy again"
        )
        self.source = source
        self.target = target


class CopyDiffers(EventStoreError):
    """What arrived is not what was sent."""

    def __init__(self, table: str, first: int) -> None:
        super().__init__(
            f"{table} differs from number {first} on, so nothing was kept: "
            "check both disks, then copy again"
        )
        self.table = table
        self.first = first
