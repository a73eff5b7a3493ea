"""Which entities of the log have something left to do: the open, and those with effects pending."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.deciders import decider_of
from domain.fold import Folded, fold
from eventstore.store import EventStore

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


async def read_all(store: EventStore, entity_ids: Sequence[str]) -> list[Entity]:
    """The entities of these ids, in their order."""
    free = asyncio.Semaphore(READS_AT_ONCE)

    async def read(entity_id: str) -> Entity:
        async with free:
            events = await store.read_stream(entity_id)
        return Entity(entity_id, fold(decider_of(entity_id), events))

    return list(await asyncio.gather(*(read(one) for one in entity_ids)))
