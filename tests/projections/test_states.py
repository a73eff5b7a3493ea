"""What is said of the views: their state, and how far they are behind."""

from random import Random

import pytest

from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.errors import ViewUnknown
from projections.rebuild import rebuild
from projections.states import ViewState, view_states
from projections.views import VIEWS, view_named
from tests.projections.given import a_life, a_pathway, append, settle
from tests.projections.live import Live
from tests.projections.tally import Tally


async def test_view_is_absent_and_behind_by_the_whole_log_before_the_first_projector(
    pool: Pool, lives: dict[str, int]
) -> None:
    behind = sum(lives.values())
    assert await view_states(pool) == [ViewState(one.name, "absent", 0, behind) for one in VIEWS]


async def test_lag_counts_what_has_settled_since(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int], random: Random
) -> None:
    view = tally.view()
    await rebuild(view, store, pool)
    seq = sum(lives.values())
    assert await view_states(pool, [view]) == [ViewState("tally", "running", seq, 0)]
    decisions = a_life(random, steps=0)
    await append(store, a_pathway(random), decisions)
    await settle(pool)
    (behind,) = await view_states(pool, [view])
    assert behind.lag == len(decisions)


@pytest.mark.usefixtures("lives")
async def test_every_view_follows_the_log_to_its_end_whatever_streams_it_holds(live: Live) -> None:
    await append(live.store, "programme-mbt-g", [])
    settled = await live.settled()
    async with live.project(*VIEWS):
        for view in VIEWS:
            found = await live.until(view, seq=settled)
            assert found.lag == 0


async def test_numbers_that_no_event_got_leave_no_view_behind(
    live: Live, tally: Tally, lives: dict[str, int]
) -> None:
    for _ in range(3):
        await live.pool.fetchval("SELECT nextval('carepath_log.events_seq')")
    async with live.project(tally.view()):
        found = await live.until(tally.view(), seq=sum(lives.values()) + 3)
    assert found.lag == 0


def test_view_is_found_by_its_name_and_an_unknown_one_named() -> None:
    assert [view_named(view.name) for view in VIEWS] == list(VIEWS)
    with pytest.raises(ViewUnknown, match="no view 'worklists'; there are: caseload, worklist"):
        view_named("worklists")
