"""Measures that are asked for: reminded of, overdue, collected; and those by reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.commands.pathway import CompleteTask, EnterPhase, Pause, Refer, Resume
from domain.events.measures import MeasuresBecameOverdue, MeasuresReminderFellDue
from domain.events.pathway import (
    MeasureRecorded,
    MeasuresExpired,
    MeasuresFellDue,
    PathwayEvent,
    Referred,
    TaskCompleted,
    TaskOpened,
)
from domain.events.timetable import PlannedMeasures
from domain.pathway import PATHWAY, Pathway
from domain.programmes.definition import Definition
from domain.programmes.measures import ReasonMeasures
from tests.domain.histories import (
    BASELINE,
    MINUTE,
    PROGRESS,
    REFERRAL,
    REFERRED_AT,
    WEEK,
    answer,
    fell_due,
    given,
    in_ongoing,
    in_treatment,
    mbt_g_document,
    progress,
    referred,
    task,
)
from tests.domain.specification import Given, Specification, of_type

FIRST = progress(1)
DUE = FIRST.due_at


def first_due() -> Given[Pathway]:
    return given(*in_treatment(), fell_due(FIRST, progress(2)))


def answer_all(history: Given[Pathway], at: datetime) -> Given[Pathway]:
    for measure in PROGRESS:
        history = history.when(answer(measure, at, 2), at=at).and_given()
    return history


def test_after_three_days_the_patient_is_reminded_of_what_is_missing() -> None:
    """Measures: due, reminded, overdue and expired are facts with dates."""
    answered = first_due().when(answer("phq-9", DUE, 2)).and_given()
    reminded = answered.when_due("measures_reminder")
    reminded.then(
        MeasuresReminderFellDue(
            at=DUE + timedelta(days=3),
            occasion="progress-1",
            missing=PROGRESS[1:],
            expires_at=DUE + 2 * WEEK,
        )
    )
    (effect,) = reminded.and_given().reactions()
    assert (effect.template, effect.not_after) == ("measures_reminder", DUE + 2 * WEEK)
    assert reminded.and_given().deadlines("measures_reminder") == []


def test_after_a_week_they_are_overdue_and_somebody_collects_them() -> None:
    overdue = first_due().when_due("measures_overdue")
    collecting = task(1, "collect_measures", DUE + WEEK)
    overdue.then(
        MeasuresBecameOverdue(at=DUE + WEEK, occasion="progress-1", missing=PROGRESS),
        collecting.model_copy(update={"about": "progress-1"}),
    )
    assert overdue.and_given().deadlines("measures_overdue") == []


def test_two_weeks_later_they_expire_and_the_task_with_them() -> None:
    overdue = first_due().when_due("measures_overdue").and_given()
    expired = overdue.when_due("measures_expiry")
    expired.then_happened(MeasuresExpired, TaskCompleted).then_state(tasks=(), open_measures=())


def test_the_last_answer_ends_the_collecting() -> None:
    overdue = first_due().when_due("measures_overdue").and_given()
    at = DUE + WEEK + MINUTE
    for measure in PROGRESS[:-1]:
        partly = overdue.when(answer(measure, at, 2), at=at)
        partly.then_happened(MeasureRecorded)
        overdue = partly.and_given()
    last = overdue.when(answer(PROGRESS[-1], at, 2), at=at)
    last.then_happened(MeasureRecorded, TaskCompleted).then_state(tasks=())


def test_collecting_one_occasion_is_not_ended_by_another() -> None:
    overdue = first_due().when_due("measures_overdue").and_given()
    second = fell_due(progress(2), progress(3))
    both = given(*overdue.events, second)
    answered = answer_all(both, progress(2).due_at)
    assert [one.about for one in answered.state.tasks] == ["progress-1"]


def test_what_was_answered_is_neither_reminded_of_nor_overdue() -> None:
    answered = answer_all(first_due(), DUE)
    assert answered.deadlines("measures_reminder") == []
    assert answered.deadlines("measures_overdue") == []


def test_a_completed_collecting_does_not_answer_anything() -> None:
    overdue = first_due().when_due("measures_overdue").and_given()
    done = overdue.when(CompleteTask(task=1, outcome="Called twice"), at=DUE + 8 * WEEK / 7)
    assert done.and_given().state.open_measures


def test_a_baseline_that_is_missing_after_a_week_is_collected() -> None:
    """Demand 2: a baseline before treatment; nobody is reminded of it."""
    assert given(*referred()).deadlines("measures_reminder") == []
    overdue = given(*referred()).when_due("measures_overdue")
    overdue.then_happened(MeasuresBecameOverdue, TaskOpened)
    assert overdue.events[0].at == REFERRED_AT + WEEK


def test_a_pause_neither_reminds_nor_collects() -> None:
    paused = first_due().when(Pause(reason="Away", resume_at=DUE + 9 * WEEK), at=DUE).and_given()
    assert paused.deadlines("measures_reminder") == []
    assert paused.deadlines("measures_overdue") == []
    assert paused.deadlines("measures_expiry")
    back = paused.when(Resume(), at=DUE + timedelta(days=2)).and_given()
    assert back.deadlines("measures_reminder")


def programme(**schedule: Any) -> Specification[Pathway]:
    document = mbt_g_document()
    document["measure_schedule"].update(schedule)
    return Specification(PATHWAY, Definition.model_validate(document))


def test_nobody_is_reminded_of_what_has_expired() -> None:
    leaving = EnterPhase(phase="discharge", reason="Moves abroad")
    short = programme(answered_within="P2D").given(*in_ongoing())
    (due,) = of_type(short.when(leaving, at=DUE + 4 * WEEK).events, MeasuresFellDue)
    assert due.planned.expires_at == DUE + 4 * WEEK + timedelta(days=2)
    assert (due.remind_at, due.overdue_at) == (None, None)


TRAUMA = REFERRAL.model_copy(update={"reasons": ("F60.3", "F43.12")})


def referred_for_trauma() -> tuple[PathwayEvent, ...]:
    return (Referred(at=REFERRED_AT, programme="mbt-g@1", referral=TRAUMA), *in_treatment()[1:])


def asked_at_the_referral(*reasons: str) -> tuple[str, ...]:
    written = REFERRAL.model_copy(update={"reasons": reasons})
    decided = given().when(Refer(programme="mbt-g@1", referral=written), at=REFERRED_AT)
    (asked,) = of_type(decided.events, MeasuresFellDue)
    planned: PlannedMeasures = asked.planned
    return planned.measures


@pytest.mark.parametrize("reason", ["F43.1", "F43.10", "F43.12", "F4311", "f43.10"])
def test_trauma_asks_for_the_pcl_5_with_the_baseline(reason: str) -> None:
    """Measures: PCL-5 or ITQ at baseline where trauma is the reason."""
    assert asked_at_the_referral("F60.3", reason) == (*BASELINE, "pcl-5")


@pytest.mark.parametrize("reasons", [(), ("F60.3",), ("F43.2",), ("F43",)])
def test_other_reasons_do_not(reasons: tuple[str, ...]) -> None:
    assert asked_at_the_referral(*reasons) == BASELINE


def rounds(history: Given[Pathway], count: int) -> list[tuple[str, ...]]:
    """What the next rounds ask for, each answered in no way."""
    found = []
    for _ in range(count):
        due = history.when_due("measures_due")
        (asked,) = of_type(due.events, MeasuresFellDue)
        found.append(asked.planned.measures)
        history = due.and_given()
    return found


def test_trauma_asks_for_the_pcl_5_every_twelve_weeks() -> None:
    """Measures: at baseline and every 12 weeks, with the round of that week."""
    with_pcl_5 = (*PROGRESS, "pcl-5")
    assert rounds(given(*referred_for_trauma()), 6) == [
        PROGRESS,
        PROGRESS,
        with_pcl_5,
        PROGRESS,
        PROGRESS,
        with_pcl_5,
    ]
    assert rounds(given(*in_treatment()), 6) == [PROGRESS] * 6


def test_what_falls_between_two_rounds_is_asked_with_the_later_one() -> None:
    by_reason = [{"measures": ["itq"], "when_reasons": ["F43.1"], "every": "P10W"}]
    history = programme(by_reason=by_reason).given(*referred_for_trauma())
    asked = [measures[len(PROGRESS) :] for measures in rounds(history, 6)]
    assert asked == [(), (), ("itq",), (), ("itq",), ()]


def test_a_reason_is_a_code_of_icd_10_cm() -> None:
    trauma = ReasonMeasures.model_validate(
        {"measures": ["pcl-5"], "when_reasons": ["F43.1", "F44"], "every": "P12W"}
    )
    assert trauma.apply_to(("F44.81",))
    assert not trauma.apply_to(("F45",))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reminded_after": "P8D"}, "reminded_after must be shorter than overdue_after"),
        (
            {"by_reason": [{"measures": ["mood"], "when_reasons": ["F43.1"], "every": "P12W"}]},
            "by_reason names 'mood', which is not in measures",
        ),
        (
            {"by_reason": [{"measures": [], "when_reasons": ["PTSD"], "every": "P12W"}]},
            "when_reasons",
        ),
    ],
)
def test_a_schedule_that_contradicts_itself_is_refused(change: dict[str, Any], said: str) -> None:
    document = mbt_g_document()
    document["measure_schedule"].update(change)
    with pytest.raises(ValueError, match=said):
        Definition.model_validate(document)
