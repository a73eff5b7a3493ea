"""Six or eighteen months: chosen with a reason, counted from the first attended session."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.commands.base import MeetDeadline
from domain.commands.pathway import ChangeDuration, ChooseDuration
from domain.events.agreements import DurationChanged, DurationChosen
from domain.events.pathway import (
    PathwayEvent,
    SessionRecorded,
    TaskCompleted,
    TaskOpened,
    TreatmentStarted,
)
from domain.events.timetable import Timetable
from domain.pathway import PATHWAY, Pathway
from domain.pathway.sessions import begins_treatment
from domain.pathway.timetable import (
    asked_for,
    keeping_overdue,
    next_progress_measures,
    next_review,
    timetable,
)
from domain.programmes.definition import Definition
from domain.programmes.words import Duration
from tests.domain.histories import (
    ANSWERS,
    EIGHTEEN_MONTHS,
    FIRST_GROUP,
    MBT_G,
    MINUTE,
    PLANNED_END,
    READY_AT,
    SIX_MONTHS,
    TIMETABLE,
    WEEK,
    attend,
    entered,
    given,
    in_follow_up,
    in_introduction,
    in_ongoing,
    in_treatment,
    mbt_g_document,
    miss,
    ny,
    pathway,
    progress,
    ready,
    referred,
    session,
    task,
)
from tests.domain.specification import Specification

CHOOSE_SIX = ChooseDuration(variant="six-months", **ANSWERS)
TO_SIX = ChangeDuration(variant="six-months", **ANSWERS)
TO_EIGHTEEN = ChangeDuration(variant="eighteen-months", **ANSWERS)

LONGER = Timetable(
    ends_at=ny("2027-07-27 18:00"),
    plan_discharge_at=ny("2027-07-27 18:00") - 8 * WEEK,
    review_at=FIRST_GROUP + 12 * WEEK,
    next_measures=progress(2),
)
IN_MARCH = ny("2026-03-11 09:00")


def started(first: datetime, duration: PathwayEvent, at: datetime | None = None) -> Timetable:
    history = (*in_introduction(duration)[:-1], entered("introduction", READY_AT))
    events = given(*history).when(attend("group", first), at=at or first).events
    assert isinstance(events[1], TreatmentStarted)
    return events[1].timetable


def test_a_clinician_chooses_with_a_reason() -> None:
    """Demand 6: chosen by a clinician, with a reason."""
    given(*referred()).when(CHOOSE_SIX, at=READY_AT).then(
        DurationChosen(at=READY_AT, variant="six-months", months=6, **ANSWERS)
    )


def test_a_duration_is_chosen_once_and_then_changed() -> None:
    given(*ready()).when(CHOOSE_SIX).then_rejected("duration_already_chosen")


def test_a_made_up_duration_is_refused() -> None:
    made_up = ChooseDuration(variant="nine-months", **ANSWERS)
    given(*referred()).when(made_up).then_rejected("unknown_variant")


def test_both_failed_guards_of_the_choice_are_named() -> None:
    made_up = ChooseDuration(variant="nine-months", **ANSWERS)
    given(*in_follow_up()).when(made_up).then_rejected(
        "unknown_variant", "duration_already_chosen", "already_discharged"
    )


def test_treatment_starts_with_the_first_attended_session() -> None:
    given(*in_introduction()).when(attend("group", FIRST_GROUP), at=FIRST_GROUP).then(
        session(FIRST_GROUP, "group", "introduction"),
        TreatmentStarted(at=FIRST_GROUP, timetable=TIMETABLE),
    )


def test_a_missed_session_starts_nothing() -> None:
    missed = given(*in_introduction()).when(miss("group", FIRST_GROUP), at=FIRST_GROUP)
    missed.then_happened(SessionRecorded, TaskOpened)


def test_the_second_session_does_not_start_treatment_again() -> None:
    second = given(*in_treatment()).when(attend("group", FIRST_GROUP + WEEK), at=FIRST_GROUP + WEEK)
    second.then_happened(SessionRecorded)


def test_an_assessment_meeting_does_not_start_treatment() -> None:
    meeting = attend("assessment", READY_AT)
    given(*ready()).when(meeting, at=READY_AT).then_happened(SessionRecorded)


@pytest.mark.parametrize(
    ("first", "duration", "ends"),
    [
        ("2026-01-27 18:00", SIX_MONTHS, "2026-07-27 18:00"),
        ("2026-01-27 18:00", EIGHTEEN_MONTHS, "2027-07-27 18:00"),
        ("2026-08-31 18:00", SIX_MONTHS, "2027-02-28 18:00"),
        ("2027-08-31 18:00", SIX_MONTHS, "2028-02-29 18:00"),
        ("2028-02-29 18:00", EIGHTEEN_MONTHS, "2029-08-29 18:00"),
        ("2026-03-08 18:00", SIX_MONTHS, "2026-09-08 18:00"),
        ("2026-10-31 18:00", EIGHTEEN_MONTHS, "2028-04-30 18:00"),
    ],
)
def test_the_end_keeps_the_local_time_over_month_ends_and_clock_changes(
    first: str, duration: PathwayEvent, ends: str
) -> None:
    assert started(ny(first), duration).ends_at == ny(ends)


def test_the_duration_does_not_count_from_the_phase_but_from_the_session() -> None:
    timetable = started(READY_AT + 5 * WEEK, SIX_MONTHS)
    assert timetable.ends_at == ny("2026-08-24 10:00")


def test_an_earlier_first_session_entered_late_moves_the_end() -> None:
    earlier = FIRST_GROUP - timedelta(days=1)
    moved = given(*in_treatment()).when(attend("group", earlier), at=IN_MARCH)
    moved.then_happened(SessionRecorded, TreatmentStarted)
    ends_at = ny("2026-07-26 18:00")
    moved.then_state(treatment_started_at=earlier, treatment_ends_at=ends_at, ends_at=ends_at)


def test_an_individual_session_before_the_first_of_the_group_begins_nothing() -> None:
    """Demand 6: counted from the first introductory session."""
    before = attend("individual", FIRST_GROUP - timedelta(days=1))
    met = given(*in_introduction()).when(before, at=FIRST_GROUP).then_happened(SessionRecorded)
    first = met.and_given().when(attend("group", FIRST_GROUP), at=FIRST_GROUP)
    first.then_happened(SessionRecorded, TreatmentStarted)


def test_a_programme_may_let_individual_sessions_begin_treatment() -> None:
    document = mbt_g_document()
    document["phases"][2]["sessions"][1]["begins_treatment"] = True
    own = Specification(PATHWAY, Definition.model_validate(document))
    before = attend("individual", FIRST_GROUP)
    found = own.given(*in_introduction()).when(before, at=FIRST_GROUP)
    found.then_happened(SessionRecorded, TreatmentStarted)


def test_treatment_is_lengthened_with_a_reason() -> None:
    """Demand 6: changed later, with a reason; discharge planning moves with the planned end."""
    met = given(*in_treatment()).when_due("measures_due").and_given()
    met.when(TO_EIGHTEEN, at=IN_MARCH).then(
        DurationChanged(
            at=IN_MARCH, variant="eighteen-months", months=18, timetable=LONGER, **ANSWERS
        )
    )


def test_treatment_is_shortened_with_a_reason() -> None:
    history = (*in_treatment(), *given(*in_treatment()).when(TO_EIGHTEEN, at=IN_MARCH).events)
    shorter = given(*history).when(TO_SIX, at=IN_MARCH)
    shorter.then_happened(DurationChanged)
    shorter.then_state(months=6, ends_at=PLANNED_END, plan_discharge_at=PLANNED_END - 8 * WEEK)


def lengthened() -> tuple[PathwayEvent, ...]:
    changed = DurationChanged(
        at=IN_MARCH, variant="eighteen-months", months=18, timetable=LONGER, **ANSWERS
    )
    return (*in_ongoing(), changed)


def test_treatment_is_not_shortened_to_an_end_that_has_passed() -> None:
    given(*lengthened()).when(TO_SIX, at=PLANNED_END).then_rejected("end_passed")
    just_before = PLANNED_END - timedelta(microseconds=1)
    given(*lengthened()).when(TO_SIX, at=just_before).then_happened(DurationChanged)


def test_shortening_into_the_last_eight_weeks_opens_discharge_planning_at_once() -> None:
    near = PLANNED_END - 5 * WEEK
    shortened = given(*lengthened()).when(TO_SIX, at=near).and_given()
    assert [one.at for one in shortened.deadlines("plan_discharge")] == [near]
    shortened.when_due("plan_discharge").then(task(1, "plan_discharge", near))


def test_lengthening_takes_back_the_tasks_of_the_former_end() -> None:
    planning = task(1, "plan_discharge", PLANNED_END - 8 * WEEK)
    ending = task(2, "end_treatment", PLANNED_END)
    lengthening = given(*in_ongoing(), planning, ending).when(TO_EIGHTEEN)
    lengthening.then_happened(DurationChanged, TaskCompleted, TaskCompleted)
    lengthening.then_state(tasks=(), ends_at=LONGER.ends_at)


def test_planning_under_way_goes_on_if_the_new_end_is_near_as_well() -> None:
    document = mbt_g_document()
    document["variants"].append({"id": "seven-months", "title": "7 months", "months": 7})
    specification = replace(pathway, definition=Definition.model_validate(document))
    planning = task(1, "plan_discharge", PLANNED_END - 8 * WEEK)
    command = ChangeDuration(variant="seven-months", **ANSWERS)
    changed = specification.given(*in_ongoing(), planning).when(command, at=PLANNED_END - WEEK)
    changed.then_happened(DurationChanged)
    changed.then_state(plan_discharge_at=None)


def test_before_treatment_a_change_sets_no_timetable() -> None:
    given(*ready()).when(TO_EIGHTEEN, at=READY_AT).then(
        DurationChanged(at=READY_AT, variant="eighteen-months", months=18, **ANSWERS)
    )


def test_a_changed_choice_counts_from_the_same_first_session() -> None:
    history = (*in_introduction(), given(*ready()).when(TO_EIGHTEEN).events[0])
    begun = given(*history).when(attend("group", FIRST_GROUP), at=FIRST_GROUP)
    begun.then_state(ends_at=ny("2027-07-27 18:00"))


def test_the_same_duration_is_no_change() -> None:
    given(*in_treatment()).when(TO_SIX).then_rejected("duration_unchanged")


def test_a_change_does_not_skip_a_review_or_measures_that_nobody_has_met_yet() -> None:
    overdue_at = FIRST_GROUP + 12 * WEEK
    changed = given(*in_treatment()).when(TO_EIGHTEEN, at=overdue_at)
    changed.then_state(review_at=overdue_at, planned_measures=(progress(1),))
    before = given(*in_treatment()).when(TO_EIGHTEEN, at=FIRST_GROUP + 4 * WEEK - MINUTE)
    before.then_state(review_at=overdue_at, planned_measures=(progress(1),))
    met = given(*in_treatment()).when_due("measures_due").and_given()
    met.when(TO_EIGHTEEN).then_state(planned_measures=(progress(2),))


def test_a_first_session_entered_after_the_planned_end_asks_for_the_end_alone() -> None:
    late = given(*in_introduction()).when(attend("group", FIRST_GROUP), at=PLANNED_END)
    kinds = [one.kind for one in late.and_given().deadlines()]
    assert set(kinds) == {"end_treatment", "disengagement_review"}


def test_a_first_session_entered_in_the_last_weeks_opens_planning_at_once() -> None:
    at = PLANNED_END - WEEK
    late = given(*in_introduction()).when(attend("group", FIRST_GROUP), at=at)
    late.then_state(plan_discharge_at=at)


def test_nothing_is_changed_before_it_is_chosen() -> None:
    given(*referred()).when(TO_SIX).then_rejected("duration_not_chosen")


def test_every_failed_guard_of_the_change_is_named() -> None:
    made_up = ChangeDuration(variant="nine-months", **ANSWERS)
    given(*referred()).when(made_up).then_rejected("unknown_variant", "duration_not_chosen")


def test_after_discharge_the_duration_stands() -> None:
    given(*in_follow_up()).when(TO_EIGHTEEN).then_rejected("already_discharged")


def test_an_earlier_first_session_does_not_end_treatment_twice() -> None:
    ended = (*in_ongoing(), task(1, "end_treatment", PLANNED_END))
    earlier = attend("group", FIRST_GROUP - timedelta(days=1))
    after = given(*ended).when(earlier, at=PLANNED_END + WEEK).and_given()
    assert isinstance(after.state, Pathway)
    assert after.deadlines("end_treatment") == []


def test_the_planned_end_asks_somebody_to_end_treatment() -> None:
    ended = given(*in_ongoing()).when_due("end_treatment")
    ended.then(task(1, "end_treatment", PLANNED_END))
    assert ended.and_given().deadlines("end_treatment") == []
    again = MeetDeadline(kind="end_treatment", subject="treatment", at=PLANNED_END)
    ended.and_given().when(again, at=PLANNED_END).then_nothing()


def test_discharge_planning_opens_eight_weeks_before_the_end() -> None:
    opens_at = PLANNED_END - 8 * WEEK
    planning = given(*in_ongoing()).when_due("plan_discharge")
    planning.then(task(1, "plan_discharge", opens_at))
    assert planning.and_given().deadlines("plan_discharge") == []


def test_no_round_falls_on_the_end_of_treatment() -> None:
    at_review, at_measures = FIRST_GROUP + 12 * WEEK, FIRST_GROUP + 4 * WEEK
    last = at_review - MBT_G.policies.completed_at_most_before_end
    assert next_review(MBT_G, FIRST_GROUP, at_review, FIRST_GROUP) == last
    assert next_review(MBT_G, FIRST_GROUP, at_review, last) is None
    assert next_progress_measures(MBT_G, FIRST_GROUP, at_measures, FIRST_GROUP) is None
    assert next_review(MBT_G, FIRST_GROUP, PLANNED_END, FIRST_GROUP - 30 * WEEK) == at_review


def test_what_comes_in_this_very_minute_is_kept_and_no_planning_opens_twice() -> None:
    state = given(*in_treatment()).state
    planned = state.model_copy(update={"plan_discharge_at": None})
    at = FIRST_GROUP + 12 * WEEK
    ahead = TIMETABLE.model_copy(update={"review_at": at + 12 * WEEK, "next_measures": None})
    assert keeping_overdue(ahead, state, at).review_at == at
    assert keeping_overdue(ahead, state, progress(1).due_at).next_measures == progress(1)
    planning_at = PLANNED_END - 8 * WEEK
    months = Duration(months=6)
    found = timetable(MBT_G, FIRST_GROUP, months, planning_at, planned)
    assert found.plan_discharge_at is None


@pytest.mark.parametrize(("expires", "reminded", "overdue"), [(3, False, False), (7, True, False)])
def test_nobody_is_reminded_in_the_minute_in_which_it_expires(
    expires: int, *, reminded: bool, overdue: bool
) -> None:
    asked = progress(1)
    short = asked.model_copy(update={"expires_at": asked.due_at + timedelta(days=expires)})
    found = asked_for(MBT_G, short)
    assert (found.remind_at is not None, found.overdue_at is not None) == (reminded, overdue)


def test_a_session_of_a_phase_that_a_later_version_does_not_have_begins_nothing() -> None:
    assert not begins_treatment("former", "group", given(*in_treatment()).context())
