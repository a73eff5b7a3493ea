"""Attendance: what counts as missed, and what follows from it; never a discharge."""

from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError

from domain.commands.pathway import RecordSession
from domain.events.pathway import (
    Attendance,
    PathwayEvent,
    Paused,
    SessionRecorded,
    TaskCompleted,
    TaskKind,
    TaskOpened,
)
from domain.pathway import Pathway
from tests.domain.histories import (
    FIRST_GROUP,
    MINUTE,
    ONGOING_AT,
    READY_AT,
    WEEK,
    attend,
    given,
    in_discharge,
    in_follow_up,
    in_introduction,
    in_ongoing,
    in_treatment,
    miss,
    ny,
    referred,
    session,
)
from tests.domain.specification import When

HELD_AT = FIRST_GROUP + WEEK


def recorded(decided: When[Pathway]) -> SessionRecorded:
    first = decided.and_given().events[-len(decided.events)]
    assert isinstance(first, SessionRecorded)
    return first


@pytest.mark.parametrize(
    ("late_by", "attendance"),
    [
        (timedelta(0), "attended"),
        (15 * MINUTE, "attended"),
        (15 * MINUTE + timedelta(seconds=1), "late"),
        (89 * MINUTE, "late"),
    ],
)
def test_more_than_fifteen_minutes_is_late(late_by: timedelta, attendance: Attendance) -> None:
    arrival = given(*in_treatment()).when(attend("group", HELD_AT, late_by=late_by), at=HELD_AT)
    assert recorded(arrival).attendance == attendance
    assert recorded(arrival).late_by == late_by


def test_a_session_points_to_its_progress_note() -> None:
    """Law: 45 CFR 164.501: no note enters the log, a pointer does."""
    noted = attend("group", HELD_AT, note="note-7")
    assert recorded(given(*in_treatment()).when(noted, at=HELD_AT)).note == "note-7"
    with pytest.raises(ValidationError):
        attend("group", HELD_AT, note="He cried for ten minutes")


def test_whoever_comes_after_the_end_was_absent() -> None:
    over = attend("group", HELD_AT, late_by=90 * MINUTE)
    given(*in_treatment()).when(over, at=HELD_AT).then_rejected("later_than_session")


@pytest.mark.parametrize(
    ("notice", "attendance"),
    [
        (timedelta(hours=24), "excused"),
        (timedelta(days=6), "excused"),
        (timedelta(hours=24) - timedelta(microseconds=1), "missed"),
        (timedelta(0), "missed"),
        (None, "missed"),
    ],
)
def test_notice_of_a_full_day_excuses(notice: timedelta | None, attendance: Attendance) -> None:
    notice_at = HELD_AT - notice if notice is not None else None
    absence = given(*in_treatment()).when(miss("group", HELD_AT, notice_at), at=HELD_AT)
    assert recorded(absence).attendance == attendance


def test_an_excused_absence_opens_no_task() -> None:
    excused = miss("group", HELD_AT, HELD_AT - timedelta(days=2))
    given(*in_treatment()).when(excused, at=HELD_AT).then_happened(SessionRecorded)


def test_notice_after_the_start_is_no_notice() -> None:
    afterwards = miss("group", HELD_AT, HELD_AT + MINUTE)
    given(*in_treatment()).when(afterwards, at=HELD_AT + WEEK).then_rejected("notice_after_session")


def test_contradictions_are_named_together() -> None:
    came = attend("group", HELD_AT, notice_at=HELD_AT - WEEK)
    given(*in_treatment()).when(came, at=HELD_AT).then_rejected("notice_and_attended")
    stayed_away = RecordSession(kind="group", held_at=HELD_AT, attended=False, late_by=MINUTE)
    given(*in_treatment()).when(stayed_away).then_rejected("late_and_absent", "in_the_future")


def absences(*attendances: Attendance) -> tuple[PathwayEvent, ...]:
    return tuple(
        session(HELD_AT + WEEK * week, "group", "introduction", attendance)
        for week, attendance in enumerate(attendances)
    )


@pytest.mark.parametrize(
    ("before", "follows"),
    [
        ((), "contact_patient"),
        (("attended",), "contact_patient"),
        (("missed",), "attendance_review"),
        (("missed", "missed"), "team_decision"),
        (("missed", "missed", "missed"), "team_decision"),
        (("missed", "excused"), "attendance_review"),
        (("missed", "excused", "missed"), "team_decision"),
        (("excused", "excused"), "contact_patient"),
        (("missed", "attended"), "contact_patient"),
        (("missed", "missed", "late"), "contact_patient"),
    ],
)
def test_absences_in_a_row_ask_for_contact_then_review_then_the_team(
    before: tuple[Attendance, ...], follows: TaskKind
) -> None:
    history = (*in_treatment(), *absences(*before))
    held_at = HELD_AT + WEEK * len(before)
    events = given(*history).when(miss("group", held_at), at=held_at).events
    assert [event.kind for event in events if isinstance(event, TaskOpened)] == [follows]


def test_a_missed_individual_session_counts_in_the_same_row() -> None:
    history = (*in_treatment(), *absences("missed"))
    held_at = HELD_AT + timedelta(days=2)
    events = given(*history).when(miss("individual", held_at), at=held_at).events
    assert [event.kind for event in events if isinstance(event, TaskOpened)] == [
        "attendance_review"
    ]


def test_a_late_entry_completes_the_row_it_stands_in() -> None:
    history = (*in_treatment(), session(HELD_AT + WEEK, "group", "introduction", "missed"))
    late_entry = given(*history).when(miss("group", HELD_AT), at=HELD_AT + 2 * WEEK)
    assert [event.kind for event in late_entry.events if isinstance(event, TaskOpened)] == [
        "attendance_review"
    ]


def test_an_absence_entered_after_the_patient_was_seen_again_opens_no_task() -> None:
    history = (*in_treatment(), session(HELD_AT + WEEK, "group", "introduction"))
    given(*history).when(miss("group", HELD_AT), at=HELD_AT + WEEK).then_happened(SessionRecorded)


def test_a_late_entry_that_breaks_the_row_is_believed() -> None:
    row = (
        session(HELD_AT, "group", "introduction", "missed"),
        session(HELD_AT + 2 * WEEK, "group", "introduction", "missed"),
        session(HELD_AT + WEEK, "group", "introduction"),
    )
    assert given(*in_treatment(), *row).state.missed_in_a_row() == 1


def test_a_row_may_begin_with_the_very_first_meeting() -> None:
    at = READY_AT
    missed = given(*referred()).when(miss("assessment", at), at=at)
    missed.then_happened(SessionRecorded, TaskOpened)
    assert missed.and_given().state.missed_in_a_row() == 1


def test_an_open_task_is_not_opened_twice() -> None:
    once = given(*in_treatment(), *absences("missed", "missed"))
    third = once.when(miss("group", HELD_AT + 2 * WEEK), at=HELD_AT + 2 * WEEK).and_given()
    fourth = third.when(miss("group", HELD_AT + 3 * WEEK), at=HELD_AT + 3 * WEEK)
    fourth.then_happened(SessionRecorded)
    done = TaskCompleted(at=HELD_AT + 3 * WEEK, task=1, outcome="Decided to go on")
    after = given(*third.events, done)
    assert [one.kind for one in after.state.tasks] == []
    again = after.when(miss("group", HELD_AT + 3 * WEEK), at=HELD_AT + 3 * WEEK)
    again.then_happened(SessionRecorded, TaskOpened)


def test_many_absences_never_discharge() -> None:
    history = given(*in_treatment())
    for week in range(12):
        at = HELD_AT + WEEK * week
        history = history.when(miss("group", at), at=at).and_given()
    assert history.state.discharged_for is None
    assert history.state.status == "open"
    kinds = [one.kind for one in history.state.tasks]
    assert kinds == ["contact_patient", "attendance_review", "team_decision"]


def test_an_absence_entered_after_discharge_opens_no_task() -> None:
    held_at = in_discharge()[-1].at + timedelta(days=1)
    given(*in_follow_up()).when(miss("group", held_at)).then_happened(SessionRecorded)


def test_a_session_entered_the_next_day_belongs_to_the_phase_of_its_time() -> None:
    before = attend("individual", FIRST_GROUP + 2 * WEEK + timedelta(days=1))
    entry = given(*in_ongoing()).when(before)
    assert recorded(entry).phase == "introduction"


def test_a_session_is_neither_in_the_future_nor_before_the_referral() -> None:
    given(*in_treatment()).when(attend("group", HELD_AT)).then_rejected("in_the_future")
    early = attend("assessment", ny("1999-12-31"))
    given(*in_treatment()).when(early).then_rejected("before_referral")


def test_a_week_of_treatment_has_a_group_and_an_individual_session_and_no_other() -> None:
    """Demand 5: weekly group and weekly individual sessions side by side."""
    group, individual = ONGOING_AT + timedelta(hours=1), ONGOING_AT + timedelta(days=1)
    after = individual + timedelta(days=1)
    weekly = given(*in_ongoing()).when(attend("group", group), at=group).and_given()
    weekly = weekly.when(attend("individual", individual), at=individual).and_given()
    weekly.when(attend("assessment", after), at=after).then_rejected("session_not_in_phase")


@pytest.mark.parametrize("kind", ["assessment", "psychoeducation", "yoga"])
def test_a_phase_has_its_own_kinds_of_session(kind: str) -> None:
    given(*in_treatment()).when(attend(kind, HELD_AT), at=HELD_AT).then_rejected(
        "session_not_in_phase"
    )


def test_after_discharge_there_are_no_sessions() -> None:
    at = in_follow_up()[-1].at + timedelta(days=1)
    given(*in_follow_up()).when(attend("group", at), at=at).then_rejected("session_not_in_phase")


def test_treatment_without_a_chosen_duration_has_no_session() -> None:
    history = tuple(one for one in in_introduction() if type(one).__name__ != "DurationChosen")
    given(*history).when(attend("group", FIRST_GROUP), at=FIRST_GROUP).then_rejected(
        "duration_not_chosen"
    )


@pytest.mark.parametrize("offset", [timedelta(0), 89 * MINUTE, -89 * MINUTE])
def test_the_same_session_is_recorded_once(offset: timedelta) -> None:
    given(*in_treatment()).when(attend("group", FIRST_GROUP + offset), at=HELD_AT).then_rejected(
        "session_overlaps"
    )


@pytest.mark.parametrize("offset", [90 * MINUTE, -90 * MINUTE])
def test_sessions_may_follow_each_other_at_once(offset: timedelta) -> None:
    found = given(*in_treatment()).when(attend("group", FIRST_GROUP + offset), at=HELD_AT)
    assert recorded(found).attendance == "attended"


def test_nobody_is_in_two_sessions_at_a_time() -> None:
    elsewhere = attend("individual", FIRST_GROUP + MINUTE)
    given(*in_treatment()).when(elsewhere, at=HELD_AT).then_rejected("session_overlaps")


def test_an_absence_bars_no_session_of_another_kind() -> None:
    instead = attend("individual", HELD_AT + MINUTE)
    history = (*in_treatment(), *absences("missed"))
    given(*history).when(instead, at=HELD_AT + WEEK).then_happened(SessionRecorded)
    missed_too = miss("individual", FIRST_GROUP + MINUTE)
    given(*in_treatment()).when(missed_too, at=HELD_AT).then_happened(SessionRecorded, TaskOpened)


def test_an_absence_is_recorded_once() -> None:
    again = miss("group", HELD_AT)
    given(*in_treatment(), *absences("missed")).when(again).then_rejected("session_overlaps")


@pytest.mark.parametrize(
    ("held_at", "codes"),
    [(HELD_AT - MINUTE, []), (HELD_AT, ["pathway_paused"]), (HELD_AT + WEEK, ["pathway_paused"])],
)
def test_during_a_pause_only_earlier_sessions_are_entered(
    held_at: datetime, codes: list[str]
) -> None:
    paused = Paused(at=HELD_AT, reason="Travel", resume_at=HELD_AT + 8 * WEEK)
    given(*in_treatment(), paused).when(attend("group", held_at), at=HELD_AT + WEEK).then_rejected(
        *codes
    )


def test_every_failed_guard_of_a_session_is_named() -> None:
    command = miss("assessment", READY_AT, READY_AT + MINUTE).model_copy(
        update={"late_by": timedelta(hours=2), "booking": 9}
    )
    given(*referred()).when(command).then_rejected(
        "in_the_future",
        "notice_after_session",
        "late_and_absent",
        "later_than_session",
        "unknown_booking",
    )


def test_an_excuse_after_an_absence_asks_for_nothing_more() -> None:
    missed = session(HELD_AT, "group", "introduction", "missed")
    excused = miss("group", HELD_AT + WEEK, HELD_AT)
    decided = given(*in_treatment(), missed).when(excused, at=HELD_AT + WEEK)
    decided.then_happened(SessionRecorded)
