"""A worklist of 20,000 rows stays correct while transitions arrive faster than in any clinic."""

import asyncio
from datetime import datetime
from random import Random
from time import monotonic
from uuid import UUID

import pytest

from domain.events.pathway import TaskCompleted, TaskOpened
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.check import check
from projections.rebuild import rebuild
from projections.worklist.reading import FIRST, Place, ToDo, Wanted, list_items
from projections.worklist.view import WORKLIST
from tests.domain import histories
from tests.domain.histories import FIRST_GROUP, REFERRED_AT, WEEK, task
from tests.projections.given import as_command, seeded
from tests.projections.live import Live

PATHWAYS = 20_000
TRANSITIONS = 200
WITHIN_S = 60.0
"""So many transitions a minute at least."""
AT_ONCE = 16
PAGE = 500


@pytest.mark.long
async def test_twenty_thousand_rows_stay_correct_while_two_hundred_transitions_a_minute_arrive(
    live: Live, store: EventStore, pool: Pool
) -> None:
    random = seeded(1)
    streams = [f"pathway-{UUID(int=random.getrandbits(128), version=4)}" for _ in range(PATHWAYS)]
    await _referred(store, streams)
    await live.settled()
    await rebuild(WORKLIST, store, pool)
    async with live.project(WORKLIST):
        await live.until(WORKLIST, seq=await live.settled())
        reading = asyncio.create_task(_read_on(pool))
        begun = monotonic()
        expected = set(streams)
        for stream in random.sample(streams, TRANSITIONS):
            await _transition(store, stream, random, expected)
        took = monotonic() - begun
        await live.until(WORKLIST, seq=await live.settled())
        reading.cancel()
        await asyncio.wait([reading])
        found = await _whole_list(pool)
    assert reading.cancelled(), "it would have ended only by a page that is wrong"
    assert took < WITHIN_S
    assert {one.entity_id for one in found if one.source == "task"} == expected
    assert (await check(WORKLIST, store, pool)).differences == 0


async def _referred(store: EventStore, streams: list[str]) -> None:
    """So many pathways, each with one task."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def refer(number: int, stream: str) -> None:
        opened = task(1, "contact_patient", REFERRED_AT + number * WEEK / 1000)
        async with slots:
            events = (*histories.referred(), opened)
            await store.append(stream, 0, as_command(seeded(stream), *events))

    await asyncio.gather(*(refer(number, stream) for number, stream in enumerate(streams)))


async def _transition(store: EventStore, stream: str, random: Random, expected: set[str]) -> None:
    """The task is done; every other time another is opened."""
    version = len(await store.read_stream(stream))
    at = FIRST_GROUP + random.randint(0, 1000) * WEEK / 1000
    events: list[TaskCompleted | TaskOpened] = [TaskCompleted(at=at, task=1, outcome="Done")]
    if random.random() < 0.5:
        events.append(task(2, "team_decision", at))
    else:
        expected.discard(stream)
    await store.append(stream, version, as_command(seeded(f"{stream} then"), *events))


async def _read_on(pool: Pool) -> None:
    """Page through the list again and again: each page is in order, and as long as it may be."""
    while True:
        await _whole_list(pool)


async def _whole_list(pool: Pool) -> list[ToDo]:
    found: list[ToDo] = []
    place = FIRST
    while page := await list_items(pool, Wanted(), limit=PAGE, after=place):
        places = [place_of(one) for one in page]
        assert places == sorted(set(places))
        assert place_of(page[0]) > (place.due_at, place.entity_id, place.item)
        found += page
        place = Place(*places[-1])
    assert len(found) >= PATHWAYS - TRANSITIONS
    return found


def place_of(one: ToDo) -> tuple[datetime, str, str]:
    return one.due_at, one.entity_id, one.item
