"""What takes long is worked out behind the pages: nobody waits, and what is shown says of when."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.caseload.view import CASELOAD
from projections.rebuild import rebuild
from tests.projections.given import a_life, a_pathway, append, seeded, settle
from web.pages.kept_behind import AT_LEAST_EVERY, AT_MOST_EVERY, Behind, Last

BEGUN = datetime(2026, 3, 1, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


@dataclass
class Work:
    """Work that lasts until it is allowed to end, and counts how often it was begun."""

    now: datetime = BEGUN
    begun: int = 0
    at_once: int = 0
    most_at_once: int = 0
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> int:
        self.begun += 1
        self.reads.set()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.may_end.wait()
        finally:
            self.at_once -= 1
        return self.begun


@pytest.fixture
def work() -> Work:
    return Work()


@pytest_asyncio.fixture
async def behind(pool: Pool, store: EventStore, work: Work) -> AsyncIterator[Behind]:
    """A process that works behind its pages; the caseload holds one pathway."""
    await _live_on(store, pool, 1)
    behind = Behind(pool, lambda: work.now)
    yield behind
    await behind.end()


async def _live_on(store: EventStore, pool: Pool, seed: int) -> None:
    random = seeded(seed)
    await append(store, a_pathway(random), a_life(random, steps=3))
    await settle(pool)
    await rebuild(CASELOAD, store, pool)


async def _look(behind: Behind, work: Work, key: str = "one") -> Last[int]:
    return await behind.last([CASELOAD], key, work)


async def _worked_out(behind: Behind, work: Work) -> Last[int]:
    await _look(behind, work)
    work.may_end.set()
    await behind.idle()
    return await _look(behind, work)


async def test_the_first_look_does_not_wait_and_is_told_to_look_again(
    behind: Behind, work: Work
) -> None:
    assert await _look(behind, work) == Last(None, under_way=True, look_again_s=1)


async def test_a_later_look_has_the_result_and_of_when_it_is(
    behind: Behind, work: Work, store: EventStore
) -> None:
    last = await _worked_out(behind, work)
    assert last.worked
    assert (last.worked.value, last.worked.at) == (1, BEGUN)
    assert last.worked.seq == await store.last_seq()
    assert last == Last(last.worked, under_way=False, look_again_s=60)


async def test_it_is_of_when_its_reading_began_and_not_of_when_it_ended(
    behind: Behind, work: Work, store: EventStore, pool: Pool
) -> None:
    await _look(behind, work)
    await work.reads.wait()
    before = await store.last_seq()
    work.now += A_SECOND
    await _live_on(store, pool, 2)
    last = await _worked_out(behind, work)
    assert last.worked
    assert (last.worked.at, last.worked.seq) == (BEGUN, before)


async def test_only_one_thing_is_worked_out_at_a_time(
    behind: Behind, work: Work, pool: Pool
) -> None:
    for key in ("one", "another", "a third"):
        await _look(behind, work, key)
    await work.reads.wait()
    for _ in range(30):
        await pool.fetchval("SELECT 1")
    work.may_end.set()
    await behind.idle()
    assert (work.begun, work.most_at_once) == (3, 1)


async def test_what_moves_within_the_minute_waits_for_its_end(
    behind: Behind, work: Work, store: EventStore, pool: Pool
) -> None:
    first = await _worked_out(behind, work)
    await _live_on(store, pool, 2)
    work.now += AT_MOST_EVERY - A_SECOND
    assert await _look(behind, work) == Last(first.worked, under_way=False, look_again_s=1)
    work.now += A_SECOND
    assert await _look(behind, work) == Last(first.worked, under_way=True, look_again_s=1)
    await behind.idle()
    second = (await _look(behind, work)).worked
    assert second
    assert (second.value, second.seq) == (2, await store.last_seq())


async def test_what_has_not_moved_stands_for_an_hour(behind: Behind, work: Work) -> None:
    first = await _worked_out(behind, work)
    work.now += AT_MOST_EVERY
    assert await _look(behind, work) == Last(first.worked, under_way=False, look_again_s=None)
    work.now = BEGUN + AT_LEAST_EVERY
    assert (await _look(behind, work)).under_way


async def test_a_failure_is_told_to_whoever_looks_next_and_then_tried_again(
    behind: Behind, work: Work
) -> None:
    async def failing() -> int:
        raise LookupError

    await behind.last([CASELOAD], "one", failing)
    await behind.idle()
    with pytest.raises(LookupError):
        await _look(behind, work)
    assert (await _worked_out(behind, work)).worked


async def test_the_end_of_the_process_ends_what_is_under_way(behind: Behind, work: Work) -> None:
    before = asyncio.all_tasks()
    await _look(behind, work)
    await _look(behind, work, "another")
    assert asyncio.all_tasks() > before
    await behind.end()
    assert asyncio.all_tasks() == before
    assert work.at_once == 0
