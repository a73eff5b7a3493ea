"""What can go wrong with the log, and what to do then."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import asyncpg

VERSION_CONFLICT = "CP001"
COMMAND_REUSED = "CP002"
SEQUENCE_BEHIND = "CP003"
ERASURE_NOT_RECORDED = "CP004"


class EventStoreError(Exception):
    """The base of every error that the log raises."""


class VersionConflict(EventStoreError):
    """Somebody else wrote to the stream since it was read. Nothing was appended."""

    def __init__(self, stream_id: str, expected: int, actual: int) -> None:
        super().__init__(
            f"stream {stream_id} is at version {actual}, not {expected}: "
            "read it again, decide again, and append to the version it has now"
        )
        self.stream_id = stream_id
        self.expected = expected
        self.actual = actual


class CommandReused(EventStoreError):
    """One command id came with two streams. Nothing was appended to the second."""

    def __init__(self, stream_id: str, command_id: UUID) -> None:
        super().__init__(
            f"command {command_id} has already written to another stream than {stream_id}: "
            "give each command an id of its own"
        )
        self.stream_id = stream_id
        self.command_id = command_id


class BatchRefused(EventStoreError):
    """What was given to `append` is not the outcome of one command. Nothing was appended."""


class StoreUnavailable(EventStoreError):
    """PostgreSQL could not be reached, or did not answer in time.

    Whether a write that was under way took place is unknown: repeat it with the same command id,
    which changes nothing if it did.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(f"the event log cannot be reached ({cause}): try the same command again")
        self.cause = cause


class SequenceBehind(EventStoreError):
    """The log's sequence stands below events that it has numbered: a restore went wrong."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"{detail}: the database was restored without its sequences; restore the dump again"
        )


class KeyMissing(EventStoreError):
    """An event is encrypted with a key that this process cannot use."""

    def __init__(self, key_id: UUID) -> None:
        super().__init__(
            f"the data is encrypted with key {key_id} and no such key is loaded: "
            "start carepath with the organisation's key ring"
        )
        self.key_id = key_id


class ContentUnreadable(EventStoreError):
    """An event's data is not what carepath writes for its type: it was put there by others.

    Nothing of the data is in the message.
    """

    def __init__(self, stream_id: str, version: int, event_type: str) -> None:
        super().__init__(
            f"the data of event {version} of {stream_id} is no {event_type}: "
            "verify the log, and restore what it names from a backup"
        )
        self.stream_id = stream_id
        self.version = version
        self.type = event_type


class PutInClear(EventStoreError):
    """An event about a person stands in clear behind one that is encrypted: carepath wrote it not.

    Whoever puts an event in past carepath has no key to encrypt it with.
    """

    def __init__(self, stream_id: str, version: int, event_type: str) -> None:
        super().__init__(
            f"event {version} of {stream_id}, a {event_type}, is not encrypted as those before it: "
            "it was put in past carepath; verify the log, and restore it from a backup"
        )
        self.stream_id = stream_id
        self.version = version
        self.type = event_type


class NotEncrypted(EventStoreError):
    """Events of the stream are in the log in clear, so that no key erases them."""

    def __init__(self, stream_id: str) -> None:
        super().__init__(
            f"{stream_id} was recorded in clear, before carepath encrypted the log: "
            "it cannot be erased by destroying a key"
        )
        self.stream_id = stream_id


class ErasureNotRecorded(EventStoreError):
    """A key is destroyed only after the log has recorded that the patient is erased."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"{detail}: use carepath erase, which records it first")


class MigrationError(EventStoreError):
    """The database's migrations and those of this version of carepath do not belong together."""


class SchemaBehind(MigrationError):
    """The database lacks migrations that this version of carepath relies on."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            f"the database lacks {len(missing)} migrations, from {missing[0]} to {missing[-1]}: "
            "run carepath migrate of this version as the user who migrates, then start again"
        )
        self.missing = tuple(missing)


UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    # What asyncpg raises when the server ended the session between two commands.
    asyncpg.InternalClientError,
)

CLOSED = ("is closed", "is closing", "was closed", "released back to the pool")
"""How asyncpg says that a connection is gone: in words only, its error has no code."""


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn what asyncpg raises for a lost, refused or overdue connection to `StoreUnavailable`."""
    try:
        yield
    except UNAVAILABLE as error:
        raise StoreUnavailable(type(error).__name__) from error
    except asyncpg.DataError:
        raise
    except asyncpg.InterfaceError as error:
        if not any(words in str(error) for words in CLOSED):
            raise
        raise StoreUnavailable(type(error).__name__) from error
    except asyncpg.PostgresError as error:
        if error.sqlstate == SEQUENCE_BEHIND:
            raise SequenceBehind(str(error)) from error
        if error.sqlstate == ERASURE_NOT_RECORDED:
            raise ErasureNotRecorded(str(error)) from error
        raise


@contextmanager
def append_errors(stream_id: str, command_id: UUID) -> Iterator[None]:
    """Turn what the append function raises into `VersionConflict` or `CommandReused`."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "events_event_id_key":
            raise
        raise CommandReused(stream_id, command_id) from error
    except asyncpg.PostgresError as error:
        if error.sqlstate == VERSION_CONFLICT:
            raise VersionConflict(stream_id, **json.loads(error.detail or "{}")) from error
        if error.sqlstate == COMMAND_REUSED:
            raise CommandReused(stream_id, command_id) from error
        raise
