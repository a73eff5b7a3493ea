"""The log as an import uses it: everything is written in one transaction, or nothing is."""

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from domain.fold import fold
from domain.programme import PROGRAMME
from domain.programmes.definition import Definition
from eventstore.cipher import PLAINTEXT, Cipher
from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.sql import queries_in
from eventstore.store import EventStore
from workers.history.problem import TooManyEntities

query = queries_in(Path(__file__).parent / "queries")

AT_ONCE = 1000
"""Programmes that are looked for: no clinic has so many."""


@dataclass(frozen=True)
class Log:
    """The log behind a pool, with the cipher of its patients' keys."""

    pool: Pool
    cipher: Cipher = PLAINTEXT

    @property
    def store(self) -> EventStore:
        return EventStore(self.pool, self.cipher)

    async def programmes(self) -> dict[str, Definition]:
        """Every published version, by its label."""
        store = self.store
        streams = [
            await store.read_stream(one) for one in await store.streams(PROGRAMME.kind, "", AT_ONCE)
        ]
        return {
            one.label: one
            for events in streams
            for one in fold(PROGRAMME, events).state.definitions
        }

    async def first_events(self, stream_ids: Iterable[str]) -> dict[str, UUID]:
        """The first event's id of each stream that the log has."""
        with store_errors():
            rows = await self.pool.fetch(query("first_events"), list(stream_ids))
        return {row["stream_id"]: row["event_id"] for row in rows}

    async def holds(self, event_ids: Collection[UUID]) -> bool:
        """Whether the log has every one of these events."""
        with store_errors():
            return int(await self.pool.fetchval(query("held"), list(event_ids))) == len(event_ids)

    async def require_room(self, entities: int) -> None:
        """Half of the locks are left to others. Raises `TooManyEntities`."""
        with store_errors():
            room = int(await self.pool.fetchval(query("lock_room"))) // 2
        if entities > room:
            raise TooManyEntities(entities, room)

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[EventStore]:
        """The log in one transaction: what is appended stands when the block has ended well."""
        with store_errors():
            async with self.pool.acquire() as connection, connection.transaction():
                yield EventStore(connection, self.cipher)
