"""Which entities of the log have something left to do: the open, and those with effects pending."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.deciders import decider_of
from domain.fold import Folded, fold
from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.sql import queries_in
from eventstore.store import EventStore

query = queries_in(Path(__file__).parent / "queries")

CLOSING = (
    "pathway.closed",
    "pathway.erased",
    "group.closed",
    "escalation.resolved",
    "escalation.erased",
    "request.fulfilled",
    "request.denied",
    "request.withdrawn",
    "request.erased",
)
"""The stored types of events that close an entity; without one of them it is open."""

READS_AT_ONCE = 4
"""Streams read at once: whoever works with the clinic needs connections too."""


@dataclass(frozen=True)
class Entity:
    """One entity as its stream says it is."""

    id: str
    folded: Folded[Any]

    @property
    def lives(self) -> bool:
        """Whether a workflow should run for it."""
        closed = decider_of(self.id).is_closed(self.folded.state)
        return not closed or bool(self.folded.pending)


async def living_of(store: EventStore, pool: Pool, entity_ids: Sequence[str]) -> list[str]:
    """Those of the entities that have something left to do, in their order.

    Of what no event has closed the types of its events say enough: only the rest is read.
    """
    with store_errors():
        rows = await pool.fetch(query("closed_among"), list(entity_ids), CLOSING)
    closed = await read_all(store, [row["stream_id"] for row in rows])
    over = {one.id for one in closed if not one.lives}
    return [one for one in entity_ids if one not in over]


async def read_all(store: EventStore, entity_ids: Sequence[str]) -> list[Entity]:
    """The entities of these ids, in their order."""
    free = asyncio.Semaphore(READS_AT_ONCE)

    async def read(entity_id: str) -> Entity:
        async with free:
            events = await store.read_stream(entity_id)
        return Entity(entity_id, fold(decider_of(entity_id), events))

    return list(await asyncio.gather(*(read(one) for one in entity_ids)))
