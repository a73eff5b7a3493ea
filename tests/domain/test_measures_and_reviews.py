"""Measures each four weeks, reviews each twelve: due, answered, expired."""

from datetime import datetime, timedelta

import pytest

from domain.commands.base import MeetDeadline
from domain.events.pathway import (
    MeasureRecorded,
    MeasuresExpired,
    MeasuresFellDue,
    PathwayEvent,
    Referred,
    TaskCameAgain,
)
from domain.pathway import PATHWAY, Pathway
from domain.programmes.definition import Definition
from tests.domain.histories import (
    BASELINE,
    FIRST_GROUP,
    MINUTE,
    PLANNED_END,
    PROGRESS,
    READY_AT,
    REFERRAL,
    REFERRED_AT,
    WEEK,
    answer,
    attend,
    baseline_answered,
    fell_due,
    given,
    in_introduction,
    in_treatment,
    mbt_g_document,
    ny,
    progress,
    ready,
    referred,
    task,
)
from tests.domain.specification import Specification, When

FIRST = progress(1)


def occasions_of(decided: When[Pathway]) -> tuple[str, ...]:
    recorded = decided.events[0]
    assert isinstance(recorded, MeasureRecorded)
    return recorded.occasions


def first_due() -> tuple[PathwayEvent, ...]:
    return (*in_treatment(), fell_due(FIRST, progress(2)))


def test_a_score_answers_the_occasion_that_asked_for_it() -> None:
    answered = given(*referred()).when(answer("phq-9", READY_AT), at=READY_AT)
    answered.then_happened(MeasureRecorded)
    assert occasions_of(answered) == ("baseline",)


def test_the_last_missing_answer_completes_the_baseline() -> None:
    history = (*referred(), *baseline_answered()[:-1])
    assert [one.measures for one in given(*history).state.open_measures] == [(BASELINE[-1],)]
    assert given(*referred(), *baseline_answered()).state.open_measures == ()


def test_a_baseline_may_have_been_answered_with_the_referral() -> None:
    written = REFERRAL.model_copy(update={"authored_at": ny("2026-01-02 09:00")})
    authored = Referred(at=REFERRED_AT, programme="mbt-g@1", referral=written)
    early = given(authored, *referred()[1:]).when(answer("phq-9", ny("2026-01-03 09:00")))
    assert occasions_of(early) == ("baseline",)
    before = given(authored, *referred()[1:]).when(answer("phq-9", ny("2026-01-02 08:59")))
    before.then_rejected("before_referral")


@pytest.mark.parametrize("score", [0, 21])
def test_both_ends_of_the_range_are_scores(score: float) -> None:
    assert given(*referred()).when(answer("gad-7", REFERRED_AT, score)).events


@pytest.mark.parametrize("score", [-1, 28, 1e300, -1e300])
def test_a_score_outside_the_range_is_refused(score: float) -> None:
    given(*referred()).when(answer("phq-9", REFERRED_AT, score)).then_rejected("score_out_of_range")


def test_every_reason_against_a_score_is_named() -> None:
    unknown = answer("mood-ring", READY_AT)
    given(*referred()).when(unknown).then_rejected("unknown_measure", "in_the_future")
    wrong = answer("phq-9", ny("2020-01-01"), 99)
    given(*referred()).when(wrong).then_rejected("score_out_of_range", "before_referral")


def test_measures_fall_due_every_four_weeks_and_expire_after_two() -> None:
    """Demand 2: after the baseline, measures on a schedule."""
    due = given(*in_treatment()).when_due("measures_due")
    due.then(fell_due(FIRST, progress(2)))
    (effect,) = due.and_given().reactions()
    assert (effect.template, effect.not_after) == ("measures_due", FIRST.expires_at)
    expired = due.and_given().when_due("measures_expiry")
    expired.then(
        MeasuresExpired(at=FIRST.due_at + 2 * WEEK, occasion="progress-1", missing=PROGRESS)
    ).then_state(open_measures=())


def test_only_what_is_missing_expires() -> None:
    answered = given(*first_due()).when(answer("phq-9", FIRST.due_at)).and_given()
    expired = answered.when_due("measures_expiry").events[0]
    assert expired == MeasuresExpired(
        at=FIRST.due_at + 2 * WEEK, occasion="progress-1", missing=PROGRESS[1:]
    )


def test_the_baseline_asks_nobody_to_be_reminded() -> None:
    assert given(*referred()).reactions() == []


def test_everything_answered_leaves_nothing_to_expire() -> None:
    history = given(*first_due())
    for measure in PROGRESS:
        history = history.when(answer(measure, FIRST.due_at)).and_given()
    assert history.deadlines("measures_expiry") == []


@pytest.mark.parametrize(
    ("taken_at", "occasions"),
    [
        (FIRST.due_at - MINUTE, ()),
        (FIRST.due_at, ("progress-1",)),
        (FIRST.due_at + 2 * WEEK, ("progress-1",)),
        (FIRST.due_at + 2 * WEEK + MINUTE, ()),
    ],
)
def test_an_old_answer_entered_late_does_not_stand_for_this_occasion(
    taken_at: datetime, occasions: tuple[str, ...]
) -> None:
    entry = given(*first_due()).when(answer("phq-9", taken_at), at=FIRST.due_at + 3 * WEEK)
    assert occasions_of(entry) == occasions


def test_an_answer_on_demand_answers_no_occasion() -> None:
    taken = given(*first_due()).when(answer("c-ssrs", FIRST.due_at, 1))
    assert occasions_of(taken) == ()


def test_the_latest_score_stays_whatever_order_it_is_entered_in() -> None:
    later = MeasureRecorded(at=READY_AT + WEEK, measure="phq-9", score=9, occasions=())
    entry = given(*ready(), later).when(answer("phq-9", READY_AT, 5)).and_given()
    assert [one.score for one in entry.state.latest_scores if one.measure == "phq-9"] == [9]
    assert [one.score for one in entry.state.scores if one.measure == "phq-9"] == [2, 9, 5]
    assert len(entry.state.latest_scores) == len(BASELINE)


def rounds_until_the_end(kind: str) -> list[object]:
    history = given(*in_treatment())
    found: list[object] = []
    while history.deadlines(kind):
        found.append(history.deadlines(kind)[0].at)
        history = history.when_due(kind).and_given()
    return found


def test_six_months_have_six_rounds_of_progress_measures() -> None:
    assert rounds_until_the_end("measures_due") == [
        FIRST_GROUP + 4 * WEEK * number for number in range(1, 7)
    ]


def test_a_progress_review_comes_every_twelve_weeks_before_the_end() -> None:
    assert rounds_until_the_end("progress_review") == [
        FIRST_GROUP + 12 * WEEK,
        FIRST_GROUP + 24 * WEEK,
    ]
    assert FIRST_GROUP + 36 * WEEK > PLANNED_END


def test_a_review_is_a_task_that_says_when_it_comes_again() -> None:
    first = FIRST_GROUP + 12 * WEEK
    opened = task(1, "progress_review", first)
    review = given(*in_treatment()).when_due("progress_review")
    review.then(opened.model_copy(update={"next_at": FIRST_GROUP + 24 * WEEK}))
    review.then_state(reviews=1)


def test_a_review_that_comes_due_again_while_it_is_open_opens_no_second_one() -> None:
    first = given(*in_treatment()).when_due("progress_review").and_given()
    again = first.when_due("progress_review")
    at = FIRST_GROUP + 24 * WEEK
    again.then(TaskCameAgain(at=at, task=1, kind="progress_review"))
    assert [task.kind for task in again.and_given().state.tasks] == ["progress_review"]
    assert again.and_given().deadlines("progress_review") == []


def test_a_review_met_late_keeps_its_own_date_and_skips_none() -> None:
    late = given(*in_treatment()).when_due("progress_review", at=FIRST_GROUP + 25 * WEEK)
    assert late.events[0].at == FIRST_GROUP + 12 * WEEK
    assert late.and_given().deadlines("progress_review")[0].at == FIRST_GROUP + 24 * WEEK


def test_measures_met_late_keep_their_own_date_and_skip_no_round() -> None:
    late = given(*in_treatment()).when_due("measures_due", at=FIRST_GROUP + 13 * WEEK)
    late.then(fell_due(FIRST, progress(2)))


@pytest.mark.parametrize(
    "deadline",
    [
        ("measures_due", "progress-1", FIRST.due_at + MINUTE),
        ("measures_due", "progress-2", FIRST.due_at),
        ("measures_expiry", "progress-1", FIRST.due_at),
        ("progress_review", "review-2", FIRST_GROUP + 12 * WEEK),
        ("nonsense", "nothing", FIRST_GROUP),
        ("session_reminder", "booking-1", FIRST_GROUP),
    ],
)
def test_a_deadline_that_does_not_stand_changes_nothing(deadline: tuple[str, str, object]) -> None:
    kind, subject, at = deadline
    command = MeetDeadline(kind=kind, subject=subject, at=at)
    given(*in_treatment()).when(command, at=PLANNED_END).then_nothing()


def test_a_deadline_is_met_at_its_time_and_not_before_and_once() -> None:
    command = MeetDeadline(kind="measures_due", subject="progress-1", at=FIRST.due_at)
    early = given(*in_treatment()).when(command, at=FIRST.due_at - timedelta(microseconds=1))
    early.then_nothing()
    met = given(*in_treatment()).when(command, at=FIRST.due_at)
    met.then_happened(MeasuresFellDue)
    met.and_given().when(command, at=FIRST.due_at + WEEK).then_nothing()


def test_deadlines_of_a_pathway_that_does_not_exist_change_nothing() -> None:
    command = MeetDeadline(kind="measures_due", subject="progress-1", at=FIRST.due_at)
    given().when(command, at=FIRST.due_at).then_nothing()


def test_a_programme_without_progress_measures_plans_none() -> None:
    document = mbt_g_document()
    document["measure_schedule"]["progress"] = []
    without = Specification(PATHWAY, Definition.model_validate(document))
    begun = without.given(*in_introduction()).when(attend("group", FIRST_GROUP), at=FIRST_GROUP)
    begun.then_state(planned_measures=())


def test_deadlines_come_in_the_order_of_time() -> None:
    instants = [one.at for one in given(*first_due()).deadlines()]
    assert instants == sorted(instants)
    assert len(instants) == 8
