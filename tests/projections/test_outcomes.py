"""Outcomes: the view holds what the pathways say, and the numbers say of how many they are."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from domain.events.corrections import MeasureStruckOut, SessionStruckOut
from domain.events.pathway import Discharged, Erased, MeasureRecorded
from domain.pathway import Pathway
from domain.simulation import Clinic
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.check import check
from projections.follow import Copy, catch_up, checkpoint
from projections.outcomes.course import Course, course
from projections.outcomes.reading import (
    DROPPED_OUT,
    read_attendance,
    read_endings,
    read_first_and_last,
    read_retention,
)
from projections.outcomes.view import OUTCOMES
from projections.rebuild import rebuild
from projections.tables import create_copy
from tests.domain import histories
from tests.domain.histories import FIRST_GROUP, WEEK, session
from tests.projections.demo import UNTIL, demo_clinic, write
from tests.projections.given import a_pathway, append, seeded, settle

EVER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return demo_clinic()


@pytest.mark.parametrize("batch", [107, 10_000])
@pytest.mark.usefixtures("catalogue")
async def test_outcomes_of_the_demo_clinic_are_those_of_its_pathways(
    store: EventStore, pool: Pool, clinic: Clinic, batch: int
) -> None:
    await write(clinic, store, pool)
    async with pool.acquire() as connection:
        await create_copy(connection, OUTCOMES, OUTCOMES.schema)
    copy = Copy(store, pool, OUTCOMES, OUTCOMES.schema, batch=batch)
    await catch_up(copy, await checkpoint(copy), await settle(pool))
    pathways: list[Pathway] = [
        one.state for one in clinic.entities.values() if one.id.startswith("pathway-")
    ]
    treated = [one for one in pathways if one.treatment_started_at]

    found = await read_retention(pool, EVER, UNTIL)
    assert found.n == len(treated)
    assert found.ended == sum(one.discharged_for in DROPPED_OUT for one in treated)
    endings = {one.ended_for: one.pathways for one in await read_endings(pool, EVER, UNTIL)}
    assert {why: one.count for why, one in endings.items()} == Counter(
        one.discharged_for for one in treated
    )
    assert {one.n for one in endings.values()} == {len(treated)}
    for rate in await read_attendance(pool, "mbt-g"):
        held = [
            one.attendance
            for each in pathways
            for one in each.sessions
            if (one.phase, one.kind) == (rate.phase, rate.kind)
        ]
        assert rate.sessions.count == held.count("attended") + held.count("late")
        assert rate.sessions.n == len(held) - held.count("excused")
        assert rate.excused == held.count("excused")
    firsts = {
        (score.measure, score.score)
        for one in pathways
        for score in {
            score.measure: score
            for score in sorted(one.scores, key=lambda each: each.taken_at, reverse=True)
        }.values()
        if score.measure == "phq-9"
    }
    latest = {
        (score.measure, score.score)
        for one in pathways
        for score in one.latest_scores
        if score.measure == "phq-9"
    }
    rows = await read_first_and_last(pool, "phq-9")
    assert {(one.measure, one.first) for one in rows} == firsts
    assert {(one.measure, one.last) for one in rows} == latest
    assert (await check(OUTCOMES, store, pool)).differences == 0


async def test_only_leaving_counts_and_who_is_still_there_was_watched_until_now(
    store: EventStore, pool: Pool
) -> None:
    random = seeded(5)
    for weeks, reason in ((10, "lost_to_contact"), (20, "moved_out_of_state"), (0, None)):
        ended = Discharged(at=FIRST_GROUP + weeks * WEEK, reason=reason) if reason else None
        events = [*histories.in_treatment(), *([ended] if ended else [])]
        await append(store, a_pathway(random), [[one] for one in events])
    await append(store, a_pathway(random), [histories.referred()])
    await settle(pool)
    await rebuild(OUTCOMES, store, pool)
    found = await read_retention(pool, EVER, FIRST_GROUP + 30 * WEEK, "mbt-g")
    assert (found.n, [(one.time, one.at_risk) for one in found.steps]) == (3, [(10, 3)])
    assert found.censored == (20, 30)
    earlier = await read_retention(pool, EVER, FIRST_GROUP + 5 * WEEK)
    assert (earlier.ended, earlier.censored) == (0, (5, 5, 5))
    assert (await read_retention(pool, FIRST_GROUP + WEEK, UNTIL)).n == 0


async def test_patient_who_was_erased_has_no_outcome(store: EventStore, pool: Pool) -> None:
    erased = Erased(at=UNTIL, reason="patient_request")
    await append(store, a_pathway(seeded(6)), [[one] for one in (*histories.closed(), erased)])
    await settle(pool)
    await rebuild(OUTCOMES, store, pool)
    assert (await read_retention(pool, EVER, UNTIL)).n == 0
    assert await read_attendance(pool) == []
    assert await read_first_and_last(pool, "phq-9") == []


def test_score_that_is_entered_late_is_first_or_between_but_never_the_latest() -> None:
    state = Course()
    for weeks, score in ((4, 20), (8, 12), (6, 15), (2, 24)):
        at = FIRST_GROUP + weeks * WEEK
        taken = MeasureRecorded(at=at, measure="phq-9", score=score, occasions=())
        state = course(state, taken)
    [found] = state.scores
    assert [one.score for one in found.taken] == [24, 20, 15, 12]


def test_what_was_struck_out_is_in_no_total() -> None:
    state = Course()
    for weeks, score in ((4, 20), (8, 12)):
        at = FIRST_GROUP + weeks * WEEK
        state = course(state, MeasureRecorded(at=at, measure="phq-9", score=score, occasions=()))
    wrong = MeasureStruckOut(
        at=FIRST_GROUP + 4 * WEEK, entry=1, measure="phq-9", score=20, occasions=(), reason="Wrong"
    )
    assert [one.score for one in course(state, wrong).scores[0].taken] == [12]
    unknown = wrong.model_copy(update={"score": 3})
    assert course(state, unknown).scores == state.scores
    last = wrong.model_copy(update={"at": FIRST_GROUP + 8 * WEEK, "score": 12})
    assert course(course(state, wrong), last).scores == ()
    state = course(state, session(FIRST_GROUP, "group", "introduction"))
    gone = SessionStruckOut(
        at=FIRST_GROUP,
        entry=3,
        kind="group",
        phase="introduction",
        attendance="attended",
        reason="Wrong",
    )
    assert course(state, gone).attended == ()


def test_sessions_are_counted_by_how_they_were_attended() -> None:
    state = Course()
    for attendance in ("attended", "missed", "attended"):
        state = course(state, session(FIRST_GROUP, "group", "ongoing", attendance))
    assert [(one.attendance, one.sessions) for one in state.attended] == [
        ("attended", 2),
        ("missed", 1),
    ]
