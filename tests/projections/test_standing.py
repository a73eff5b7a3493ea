"""Whoever reads a view that lacks what was recorded can know it, also where nobody settles."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.rebuild import rebuild
from projections.standing import MANY, STUCK_AFTER, TOLD_AFTER, Standing, standing
from projections.states import view_states
from tests.projections.given import a_life, a_pathway, append
from tests.projections.tally import Tally


async def test_a_view_lacks_what_was_appended_though_nobody_settles(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int], random: Random
) -> None:
    view, seq = tally.view(), sum(lives.values())
    await rebuild(view, store, pool)
    present = (await standing(pool))["tally"]
    assert (present.seq, present.lacks, present.since, present.age) == (seq, 0, None, None)

    stream, decisions = a_pathway(random), a_life(random, steps=0)
    await append(store, stream, decisions)

    behind = (await standing(pool))["tally"]
    oldest = (await store.read_stream(stream))[0].recorded_at
    assert (behind.seq, behind.lacks, behind.since) == (seq, len(decisions), oldest)
    assert behind.age is not None
    assert timedelta(0) < behind.age
    (state,) = await view_states(pool, [view])
    assert state.lag == len(decisions)


@pytest.mark.usefixtures("lives")
async def test_numbers_that_no_event_got_are_not_lacking(
    tally: Tally, store: EventStore, pool: Pool
) -> None:
    await rebuild(tally.view(), store, pool)
    await pool.fetchval("SELECT nextval('carepath_log.events_seq')")
    assert (await standing(pool))["tally"].lacks == 0


def test_what_is_old_or_much_is_told_and_what_holds_readers_up_is_stuck() -> None:
    moment, soon = timedelta(milliseconds=1), timedelta(seconds=1)
    lately = Standing("safety", UUID(int=1), 9, MANY, datetime.now(UTC), soon)
    assert not lately.is_late
    late = replace(lately, age=TOLD_AFTER + moment)
    assert (late.is_late, late.is_stuck) == (True, False)
    assert replace(lately, age=STUCK_AFTER + moment).is_stuck
    assert replace(lately, lacks=MANY + 1).is_late
