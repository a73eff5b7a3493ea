"""What pages make of views is worked out anew when these may differ, and only then."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from uuid import uuid4

import pytest
import pytest_asyncio

from domain.events import reads
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.caseload.view import CASELOAD
from projections.rebuild import rebuild
from tests.projections.given import a_life, a_pathway, append, as_command, seeded
from tests.projections.live import Live
from web.pages.kept import LASTING, Kept

BEGUN = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Work:
    """Work that counts how often it is done."""

    done: int = 0
    now: datetime = field(default=BEGUN)

    async def __call__(self) -> int:
        self.done += 1
        await asyncio.sleep(0)
        return self.done


@pytest.fixture
def live(pool: Pool, store: EventStore) -> Live:
    return Live(pool, store)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def kept(pool: Pool, work: Work) -> Kept:
    return Kept(pool, lambda: work.now)


@pytest_asyncio.fixture
async def followed(live: Live) -> AsyncIterator[None]:
    """A caseload that follows the log."""
    async with live.project(CASELOAD):
        await live.until(CASELOAD)
        yield


async def test_what_stands_is_worked_out_once(kept: Kept, work: Work, followed: None) -> None:
    assert followed is None
    assert [await kept.of([CASELOAD], "one", work) for _ in range(3)] == [1, 1, 1]
    assert await kept.of([CASELOAD], "another", work) == 2


async def test_who_asks_at_the_same_time_waits_for_the_one_who_works(
    kept: Kept, work: Work, followed: None
) -> None:
    assert followed is None
    found = await asyncio.gather(*(kept.of([CASELOAD], "one", work) for _ in range(5)))
    assert found == [1, 1, 1, 1, 1]


async def test_an_event_that_the_view_does_not_follow_changes_nothing(
    kept: Kept, work: Work, live: Live, store: EventStore, followed: None
) -> None:
    assert followed is None
    await kept.of([CASELOAD], "one", work)
    read = reads.PatientRead(at=BEGUN, what="timeline", purpose="treatment")
    await store.append(f"access-{uuid4()}", 0, as_command(seeded(1), read))
    await live.until(CASELOAD, seq=await live.settled())
    assert await kept.of([CASELOAD], "one", work) == 1


async def test_an_event_that_the_view_follows_has_it_worked_out_again(
    kept: Kept, work: Work, live: Live, store: EventStore, followed: None
) -> None:
    assert followed is None
    await kept.of([CASELOAD], "one", work)
    await _live_on(live, store, seeded(1))
    assert await kept.of([CASELOAD], "one", work) == 2
    assert await kept.of([CASELOAD], "one", work) == 2


async def test_rows_that_are_the_same_by_their_marks_are_not_read_again(
    kept: Kept, work: Work, live: Live, store: EventStore, followed: None
) -> None:
    assert followed is None
    marks = ["before"]

    async def marks_of() -> str:
        return marks[-1]

    await kept.of([CASELOAD], "one", work, marks_of)
    await _live_on(live, store, seeded(1))
    assert await kept.of([CASELOAD], "one", work, marks_of) == 1
    marks.append("after")
    await _live_on(live, store, seeded(2))
    assert await kept.of([CASELOAD], "one", work, marks_of) == 2


async def test_a_view_that_was_built_anew_is_read_again(
    kept: Kept, work: Work, live: Live, store: EventStore, pool: Pool
) -> None:
    await rebuild(CASELOAD, store, pool)
    await kept.of([CASELOAD], "one", work)
    await live.settled()
    await rebuild(CASELOAD, store, pool)
    assert await kept.of([CASELOAD], "one", work) == 2


async def test_time_that_passes_has_it_worked_out_again(
    kept: Kept, work: Work, followed: None
) -> None:
    assert followed is None
    await kept.of([CASELOAD], "one", work)
    work.now += LASTING
    assert await kept.of([CASELOAD], "one", work) == 2


async def test_what_fails_is_tried_again(kept: Kept, work: Work, followed: None) -> None:
    assert followed is None

    async def failing() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        await kept.of([CASELOAD], "one", failing)
    assert await kept.of([CASELOAD], "one", work) == 1


async def _live_on(live: Live, store: EventStore, random: Random) -> None:
    await append(store, a_pathway(random), a_life(random, steps=3))
    await live.until(CASELOAD, seq=await store.last_seq())
