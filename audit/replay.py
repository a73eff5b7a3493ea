"""Replay: what the log says of entities, as of an instant that happened and one that was known.

`effective` asks what had happened by then, `known` what had been recorded by then; either may be
left out. An entity of which nothing had happened or was known did not exist.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.deciders import decider_of
from domain.events.envelope import RecordedEvent
from domain.fold import Folded, as_of, fold
from domain.pathway import Pathway
from domain.value import Value
from eventstore.store import EventStore

PAGE = 500
"""Streams listed at once."""

READS_AT_ONCE = 4
"""Streams read at once: an audit leaves connections to the others."""


@dataclass(frozen=True)
class Replayed:
    """One entity at an instant: the events that count, and what they fold to."""

    entity_id: str
    events: list[RecordedEvent]
    folded: Folded[Any]

    @property
    def existed(self) -> bool:
        return bool(self.events)


class PathwayRow(Value):
    """One pathway in a replay of all of them."""

    entity_id: str
    status: str
    phase: str | None
    version: int


class Census(Value):
    """All pathways at an instant, with how many there were in each phase and of each status."""

    pathways: tuple[PathwayRow, ...]
    by_phase: dict[str, int]
    by_status: dict[str, int]


async def replay(
    store: EventStore, entity_id: str, effective: datetime | None, known: datetime | None
) -> Replayed:
    """One entity at an instant. Raises `UnknownEntity` if no kind of entity has such ids."""
    decider = decider_of(entity_id)
    events = as_of(await store.read_stream(entity_id), effective, known)
    return Replayed(entity_id=entity_id, events=events, folded=fold(decider, events))


async def replay_pathways(
    store: EventStore, effective: datetime | None, known: datetime | None
) -> AsyncIterator[PathwayRow]:
    """Every pathway that existed at the instant, in the order of their ids."""
    async for page in _pages(store):
        for begin in range(0, len(page), READS_AT_ONCE):
            some = page[begin : begin + READS_AT_ONCE]
            replayed = await asyncio.gather(*(replay(store, one, effective, known) for one in some))
            for one in replayed:
                if one.existed:
                    yield _row(one)


async def census(store: EventStore, effective: datetime | None, known: datetime | None) -> Census:
    """All pathways at an instant, counted."""
    rows = tuple([row async for row in replay_pathways(store, effective, known)])
    return Census(
        pathways=rows,
        by_phase=_counted(row.phase for row in rows),
        by_status=_counted(row.status for row in rows),
    )


async def _pages(store: EventStore) -> AsyncIterator[list[str]]:
    after = ""
    while page := await store.streams("pathway", after, PAGE):
        yield page
        after = page[-1]


def _row(replayed: Replayed) -> PathwayRow:
    state: Pathway = replayed.folded.state
    return PathwayRow(
        entity_id=replayed.entity_id,
        status=state.status,
        phase=state.phase,
        version=replayed.folded.version,
    )


def _counted(words: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(word or "none" for word in words).items()))
