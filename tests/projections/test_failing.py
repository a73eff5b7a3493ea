"""A view that cannot take in an event stops and names it; the others go on."""

import json
from pathlib import Path
from random import Random

import pytest
import structlog

from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.errors import ViewStopped
from projections.rebuild import rebuild
from projections.states import view_states
from tests.projections.given import a_life, append
from tests.projections.live import Live
from tests.projections.tally import Tally, tallied


@pytest.fixture
def broken(tmp_path: Path) -> Tally:
    return Tally(tmp_path, name="broken", broken_at={4})


async def seq_of_version(store: EventStore, version: int) -> tuple[int, str]:
    rows = await store.read_settled(0, 10_000)
    row = next(row for row in rows if row.version == version)
    return row.seq, row.type


async def test_failing_event_stops_only_its_own_view_and_is_named(
    live: Live, tally: Tally, broken: Tally, lives: dict[str, int]
) -> None:
    failing, event_type = await seq_of_version(live.store, 4)
    settled = await live.settled()
    good, bad = tally.view(), broken.view()
    async with live.project(good, bad):
        stopped = await live.until(bad, "stopped")
        await live.until(good, "running", settled)
    assert (stopped.failing_seq, stopped.failing_type) == (failing, event_type)
    assert stopped.error == "CannotTell"
    assert stopped.seq == failing - 1
    assert stopped.lag == settled - stopped.seq
    assert await tallied(live.pool) == lives


@pytest.mark.usefixtures("lives")
async def test_events_before_the_failing_one_have_been_taken_in(live: Live, broken: Tally) -> None:
    failing, _ = await seq_of_version(live.store, 4)
    async with live.project(broken.view()):
        await live.until(broken.view(), "stopped")
    assert sum((await tallied(live.pool, "view_broken")).values()) == failing - 1


@pytest.mark.usefixtures("lives")
async def test_what_the_handler_said_stays_in_the_process(live: Live, broken: Tally) -> None:
    view = broken.view()
    with structlog.testing.capture_logs() as logs:
        async with live.project(view):
            await live.until(view, "stopped")
    rows = await live.pool.fetch("SELECT to_jsonb(c) AS row FROM carepath_views.checkpoints AS c")
    assert "Avery" not in json.dumps([*logs, *(row["row"] for row in rows)], default=str)
    assert any(line["event"] == "view_stopped" for line in logs)


async def test_view_goes_on_when_the_process_starts_again_with_code_that_works(
    live: Live, broken: Tally, lives: dict[str, int]
) -> None:
    view = broken.view()
    async with live.project(view):
        await live.until(view, "stopped")
    broken.broken_at.clear()
    async with live.project(view):
        found = await live.until(view, "running", await live.settled())
    assert (found.failing_seq, found.error) == (None, None)
    assert await tallied(live.pool, view.schema) == lives


async def test_stopped_view_goes_on_in_the_same_process_after_a_rebuild(
    live: Live, broken: Tally, lives: dict[str, int], random: Random
) -> None:
    view, later = broken.view(), a_life(random, steps=0)
    async with live.project(view):
        await live.until(view, "stopped")
        broken.broken_at.clear()
        await rebuild(view, live.store, live.pool)
        await append(live.store, "pathway-later", later)
        await live.until(view, "running", await live.store.last_seq())
    expected = lives | {"pathway-later": sum(map(len, later))}
    assert await tallied(live.pool, view.schema) == expected


async def test_rebuild_that_meets_a_failing_event_leaves_the_live_view(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    view = tally.view()
    await rebuild(view, store, pool)
    tally.broken_at = {4}
    with pytest.raises(ViewStopped, match="CannotTell"):
        await rebuild(view, store, pool)
    (state,) = await view_states(pool, [view])
    assert state.state == "running"
    assert await tallied(pool) == lives
