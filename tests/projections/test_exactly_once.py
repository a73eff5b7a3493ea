"""Each event reaches a view once, whatever ends a projector half-way."""

import asyncio

import pytest

from eventstore.connect import Connection, Pool
from eventstore.store import EventStore
from projections.errors import Overtaken
from projections.follow import Copy, apply, catch_up, checkpoint
from projections.tables import create_copy
from tests.projections.given import settle
from tests.projections.live import Live
from tests.projections.tally import Tally, nothing, tallied

SCHEMA = "view_tally"


class Killed(BaseException):
    """The process is gone: no handler of the code under test may see it."""


async def empty_copy(tally: Tally, store: EventStore, pool: Pool, batch: int) -> Copy:
    view = tally.view()
    async with pool.acquire() as connection:
        await create_copy(connection, view, SCHEMA)
    return Copy(store, pool, view, SCHEMA, batch=batch)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("moment", ["before_saving", "after_saving"])
async def test_projector_killed_in_its_transaction_leaves_nothing_and_goes_on_after(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int], moment: str
) -> None:
    copy = await empty_copy(tally, store, pool, batch=3)
    settled = await settle(pool)

    async def killed(_connection: Connection) -> None:
        raise Killed

    for _ in range(sum(lives.values())):
        before = await checkpoint(copy)
        if before.seq >= settled:
            break
        setattr(tally, moment, killed)
        with pytest.raises(Killed):
            await catch_up(copy, before, settled)
        assert await checkpoint(copy) == before
        setattr(tally, moment, nothing)
        rows = await store.read_settled(before.seq, 3)
        await apply(copy, before, rows, rows[-1].seq)

    assert await tallied(pool) == lives


@pytest.mark.usefixtures("catalogue")
async def test_connection_cut_at_any_moment_of_a_batch_is_made_good_later(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    copy = await empty_copy(tally, store, pool, batch=10_000)
    settled = await settle(pool)
    finished = False
    for steps in range(1, 1000):
        task = asyncio.create_task(catch_up(copy, await checkpoint(copy), settled))
        for _ in range(steps):
            await asyncio.wait([task], timeout=0)
            if task.done():
                break
        finished = task.done()
        task.cancel()
        await asyncio.wait([task])
        if finished:
            break
    assert finished
    await catch_up(copy, await checkpoint(copy), settled)
    assert await tallied(pool) == lives


@pytest.mark.usefixtures("catalogue")
async def test_batch_read_before_another_projector_moved_on_is_refused(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    copy = await empty_copy(tally, store, pool, batch=10_000)
    start = await checkpoint(copy)
    rows = await store.read_settled(0, 10_000)
    await apply(copy, start, rows, rows[-1].seq)
    with pytest.raises(Overtaken):
        await apply(copy, start, rows, rows[-1].seq)
    assert await tallied(pool) == lives


async def test_two_projectors_at_once_apply_each_event_once(
    live: Live, tally: Tally, lives: dict[str, int]
) -> None:
    view = tally.view()
    settled = await live.settled()
    async with live.project(view), live.project(view):
        await live.until(view, seq=settled)
    assert await tallied(live.pool) == lives
