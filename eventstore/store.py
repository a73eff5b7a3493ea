"""The log as the rest of carepath uses it: append one command's events, read what was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from domain.events import registry
from domain.events.envelope import NewEvent, RecordedEvent, event_id_of
from eventstore.batch import Batch, arguments_of, arguments_of_one
from eventstore.cipher import PLAINTEXT, Cipher
from eventstore.connect import Connection, Pool, fetch_one
from eventstore.errors import NotEncrypted, PutInClear, append_errors, store_errors
from eventstore.reads import ReadLog
from eventstore.sql import query
from eventstore.stored import StoredEvent, decode
from eventstore.together import Single, Together


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a command: its events, in order.

    `version` is the stream's version after the last of them, `seqs` and `event_ids` have one entry
    for each. `repeated` says that they stood in the log already.
    """

    stream_id: str
    version: int
    seqs: tuple[int, ...]
    event_ids: tuple[UUID, ...]
    repeated: bool


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far readers may read.

    `last_seq` is the last number given to any event, `age` how long the oldest event beyond
    `settled_seq` has been waiting (zero when nothing waits).
    """

    settled_seq: int
    age: timedelta
    last_seq: int


class EventStore:
    """The log behind a pool, or in the transaction of one connection.

    Whoever appends to several streams in one transaction takes them in sorted order, or two such
    transactions may wait for each other. Every method raises `StoreUnavailable`.
    """

    def __init__(self, pool: Pool | Connection, cipher: Cipher = PLAINTEXT) -> None:
        self._pool = pool
        self._cipher = cipher
        self._together = Together(pool) if isinstance(pool, asyncpg.Pool) else None

    async def append(
        self, stream_id: str, expected_version: int, events: Sequence[NewEvent]
    ) -> Appended:
        """Append one command's events to a stream that stands at `expected_version` (0: is empty).

        If the command has already written, nothing is added and its earlier result is returned,
        wherever the stream stands now. Raises `VersionConflict`, `CommandReused`, `BatchRefused`.
        """
        batch = Batch(stream_id, expected_version, events)
        with store_errors(), append_errors(stream_id, batch.command_id):
            return await self._append_one(batch) or await self._append_all(batch)

    async def _append_one(self, batch: Batch) -> Appended | None:
        """What became of a command of one event; None if the whole function has to look at it.

        That is so for several events, if the command has written before, if the stream is not at
        the expected version, and within a transaction, which the attempt could spoil.
        """
        if len(batch.events) > 1 or self._together is None:
            return None
        arguments = await arguments_of_one(batch, self._cipher)
        single = Single(batch.stream_id, batch.first.event_id, arguments)
        try:
            seq = await self._together.append(single)
        except asyncpg.UniqueViolationError:
            return None
        if seq is None:
            return None
        return Appended(
            stream_id=batch.stream_id,
            version=batch.expected_version + 1,
            seqs=(seq,),
            event_ids=(batch.first.event_id,),
            repeated=False,
        )

    async def _append_all(self, batch: Batch) -> Appended:
        arguments = await arguments_of(batch, self._cipher)
        return _appended(batch.stream_id, await fetch_one(self._pool, query("append"), *arguments))

    async def read_stream(self, stream_id: str, after_version: int = 0) -> list[RecordedEvent]:
        """The stream's events with a version above `after_version`, in order, decoded."""
        with store_errors():
            rows = await self._pool.fetch(
                query("read_stream"), stream_id, after_version, record_class=StoredEvent
            )
        return await self.decode_all(rows)

    async def command_result(self, stream_id: str, command_id: UUID) -> Appended | None:
        """What the command has written to the stream, or None."""
        with store_errors():
            rows = await self._pool.fetch(
                query("command_result"), stream_id, command_id, event_id_of(command_id, 0)
            )
        if not rows:
            return None
        return Appended(
            stream_id=stream_id,
            version=rows[-1]["version"],
            seqs=tuple(row["seq"] for row in rows),
            event_ids=tuple(row["event_id"] for row in rows),
            repeated=True,
        )

    async def read_settled(self, after_seq: int, limit: int) -> list[StoredEvent]:
        """At most `limit` settled events with a seq above `after_seq`, in order, as stored.

        The seq of the last one is the reader's next `after_seq`: no event can appear below it.
        """
        with store_errors():
            return await self._pool.fetch(
                query("read_settled"), after_seq, limit, record_class=StoredEvent
            )

    async def decode_all(self, rows: Sequence[StoredEvent]) -> list[RecordedEvent]:
        """The events of the rows, in order; `ContentErased` for those of an erased patient.

        Raises `KeyMissing`, `ContentChanged`, `ContentUnreadable`, `PutInClear`, `UnknownEvent`.
        """
        keys = await self._cipher.keys({row.key_id for row in rows if row.key_id is not None})
        await self._require_encrypted([row for row in rows if row.personal_in_clear])
        return [decode(row, keys) for row in rows]

    async def _require_encrypted(self, in_clear: Sequence[StoredEvent]) -> None:
        """Refuse what stands in clear where a stream is encrypted already.

        What was recorded before that, by a carepath without keys, is read as it is.
        """
        since = await self._cipher.encrypted_since({row.stream_id for row in in_clear})
        for row in in_clear:
            if row.version > since.get(row.stream_id, row.version):
                raise PutInClear(row.stream_id, row.version, row.type)

    async def destroy_key(self, stream_id: str) -> datetime:
        """Destroy the key of an erased patient's stream, once; when that was.

        Raises `ErasureNotRecorded`, and `NotEncrypted` if a personal event is there in clear.
        """
        if await self.holds_in_clear(stream_id):
            raise NotEncrypted(stream_id)
        return await self._cipher.destroy(stream_id)

    async def holds_in_clear(self, stream_id: str) -> bool:
        """Whether a personal event of the stream was stored without a key."""
        with store_errors():
            return bool(
                await self._pool.fetchval(query("holds_in_clear"), stream_id, registry.IMPERSONAL)
            )

    @property
    def cipher(self) -> Cipher:
        """What encrypts and decrypts it."""
        return self._cipher

    def reads(self) -> ReadLog:
        """The access log beside this one."""
        return ReadLog(self._pool, self._cipher)

    async def watermark(self) -> Watermark:
        """Where the settled watermark stands."""
        with store_errors():
            row = await fetch_one(self._pool, query("watermark"))
        return Watermark(**row)

    async def streams(self, kind: str | None, after: str, limit: int) -> list[str]:
        """At most `limit` ids above `after` ("" to begin), in order, of one kind or of all."""
        with store_errors():
            rows = await self._pool.fetch(query("streams"), kind, after, limit)
        return [row["stream_id"] for row in rows]

    async def last_seq(self) -> int:
        """The last number given to an event, whether or not that event was committed."""
        return await self._number("last_seq")

    async def count(self) -> int:
        """How many events there are: reads the whole log's index."""
        return await self._number("count")

    async def _number(self, name: str) -> int:
        with store_errors():
            return int(await self._pool.fetchval(query(name)))


def _appended(stream_id: str, row: asyncpg.Record) -> Appended:
    return Appended(
        stream_id=stream_id,
        version=row["reached"],
        seqs=tuple(row["seqs"]),
        event_ids=tuple(row["ids"]),
        repeated=row["repeated"],
    )
