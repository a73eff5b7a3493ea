"""Sessions recorded wrongly are put right beside it, and what follows from them follows anew."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.commands import corrections as commands
from domain.events import corrections as facts
from domain.events.pathway import (
    Erased,
    SessionBooked,
    SessionRecorded,
    TaskCompleted,
    TaskOpened,
    TreatmentStarted,
)
from domain.events.safety import RiskRaised, RiskSignalled
from domain.pathway import PATHWAY, Pathway
from tests.domain.corrections import (
    FOURTH,
    GROUP,
    NEXT_DAY,
    SECOND,
    THIRD,
    THREE_MORE,
    corrected,
    entry_of,
    missed_since,
    opened,
    phq_9,
    sessions_of,
)
from tests.domain.histories import (
    FIRST_GROUP,
    IN_GROUPS,
    PATIENT,
    WEEK,
    baseline_answered,
    closed,
    given,
    in_introduction,
    in_treatment,
    meetings,
    session,
)
from tests.domain.specification import Given, Specification, When, of_type

COMMANDS = (
    "correct_session",
    "correct_group_session",
    "correct_measure",
    "strike_out",
    "correct_patient",
)


def test_a_session_is_struck_out_and_recorded_anew_beside_it() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    wrong = entry_of(history, THIRD)
    decided = corrected(history, THIRD, late_by=timedelta(minutes=20), note="note-7")
    struck, anew = decided.then_happened(facts.SessionStruckOut, SessionRecorded).events
    assert isinstance(struck, facts.SessionStruckOut)
    assert (struck.at, struck.entry, struck.attendance) == (THIRD, wrong, "attended")
    assert struck.reason == "The wrong row"
    assert isinstance(anew, SessionRecorded)
    assert (anew.corrects, anew.attendance, anew.note) == (wrong, "late", "note-7")
    after = decided.and_given().state
    assert sessions_of(after)[-1] == (THIRD, "late")
    assert len(after.sessions) == len(history.state.sessions)


def test_afterwards_everything_is_as_if_it_had_been_right_from_the_beginning() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    right = given(*in_treatment(), *THREE_MORE[:2], *missed_since(FOURTH))
    after = corrected(history, FOURTH, attended=False).and_given().state
    assert sessions_of(after) == sessions_of(right.state)
    assert after.missed_in_a_row() == 1
    assert after.quiet_since == THIRD
    assert after.quiet_after == THIRD + timedelta(days=30)


def test_an_absence_after_all_asks_for_contact() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    decided = corrected(history, FOURTH, attended=False)
    decided.then_happened(facts.SessionStruckOut, SessionRecorded, TaskOpened)
    assert of_type(decided.events, TaskOpened)[0].kind == "contact_patient"


def test_in_the_middle_of_absences_it_makes_them_one_run() -> None:
    history = given(
        *in_treatment(),
        *missed_since(SECOND),
        session(THIRD, "group", "introduction"),
        *missed_since(FOURTH),
    )
    decided = corrected(history, THIRD, attended=False)
    assert of_type(decided.events, TaskOpened)[0].kind == "team_decision"
    assert decided.and_given().state.missed_in_a_row() == 3


def test_absences_that_were_none_ask_for_nothing_more() -> None:
    history = given(
        *in_treatment(),
        *missed_since(SECOND, THIRD),
        opened(1, "contact_patient", SECOND),
        opened(2, "attendance_review", THIRD),
    )
    completed = of_type(corrected(history, THIRD).events, TaskCompleted)
    assert {one.task for one in completed} == {1, 2}


def test_a_shorter_run_leaves_the_task_that_it_still_asks_for() -> None:
    history = given(
        *in_treatment(),
        *missed_since(SECOND, THIRD),
        opened(1, "contact_patient", SECOND),
        opened(2, "attendance_review", THIRD),
    )
    excused = corrected(history, SECOND, attended=False, notice_at=SECOND - WEEK)
    assert [one.task for one in of_type(excused.events, TaskCompleted)] == [2]


def test_a_patient_at_risk_who_did_not_come_after_all_is_flagged() -> None:
    risk = RiskRaised(
        at=FIRST_GROUP,
        flag=1,
        escalation_id="escalation-3f2e1d0c-9b8a-4756-8493-a2b1c0d9e8f7",
        source="clinician",
        level="high",
    )
    history = given(*in_treatment(), risk, *THREE_MORE)
    decided = corrected(history, FOURTH, attended=False)
    assert [one.source for one in of_type(decided.events, RiskSignalled)] == ["no_show"]
    again = corrected(decided.and_given(), FOURTH, attended=False, note="note-8")
    assert of_type(again.events, RiskSignalled) == []


def test_what_is_recorded_anew_keeps_the_rules_of_recording() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    corrected(history, THIRD, held_at=FOURTH).then_rejected("session_overlaps")
    corrected(history, THIRD, kind="assessment").then_rejected("session_not_in_phase")
    corrected(history, THIRD, held_at=NEXT_DAY + WEEK).then_rejected("in_the_future")


def test_only_what_stands_now_is_corrected() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    once = corrected(history, THIRD, attended=False).and_given()
    wrong = commands.StrikeOut(entry=entry_of(history, THIRD), reason="Twice")
    once.when(wrong).then_rejected("corrected_already")
    twice = corrected(once, THIRD, late_by=timedelta(minutes=20))
    assert of_type(twice.events, SessionRecorded)[0].corrects == entry_of(once, THIRD)


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (commands.StrikeOut(entry=1, reason="No"), "nothing_to_strike_out"),
        (
            commands.CorrectSession(
                entry=1, reason="No", kind="group", held_at=THIRD, attended=True
            ),
            "no_session",
        ),
        (commands.CorrectGroupSession(entry=1, reason="No", attended=True), "no_session_recorded"),
        (commands.CorrectMeasure(entry=1, reason="No", score=1, taken_at=THIRD), "no_score"),
        (
            commands.CorrectPatient(
                entry=2, reason="No", family_name="A", birth_date=PATIENT.birth_date, state="FL"
            ),
            "no_identity",
        ),
    ],
)
def test_an_entry_that_is_something_else_is_refused(command: Any, refused: str) -> None:
    given(*in_treatment(), *THREE_MORE).when(command, at=NEXT_DAY).then_rejected(refused)


def test_a_session_entered_in_error_counts_no_more() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    command = commands.StrikeOut(entry=entry_of(history, THIRD), reason="Another patient's")
    decided = history.when(command, at=NEXT_DAY).then_happened(facts.SessionStruckOut)
    assert [at for at, _ in sessions_of(decided.and_given().state)] == [FIRST_GROUP, SECOND, FOURTH]


def test_who_forgets_sessions_is_told_those_that_count_in_a_row_again() -> None:
    """As a list does that keeps only what was since the last session attended."""
    history = given(*in_treatment(), *missed_since(SECOND, THIRD), *THREE_MORE[2:])
    decided = corrected(history, FOURTH, attended=False)
    forgetful = history.state.model_copy(update={"sessions": history.state.since_last_attended()})
    assert len(forgetful.sessions) == 1
    events: Any = decided.events
    for event in events:
        forgetful = PATHWAY.evolve(forgetful, event)
    assert forgetful.missed_in_a_row() == decided.and_given().state.missed_in_a_row() == 3


def test_a_closed_record_is_corrected_and_asks_nobody_for_anything() -> None:
    """Law: 45 CFR 164.526: for as long as the record is kept."""
    history = given(*closed())
    decided = corrected(history, FIRST_GROUP, attended=False)
    decided.then_happened(facts.SessionStruckOut, SessionRecorded)
    assert decided.and_given().state.status == "closed"


def test_an_absent_or_erased_record_is_not_corrected() -> None:
    command = commands.StrikeOut(entry=1, reason="No")
    given().when(command, at=NEXT_DAY).then_rejected("unknown_pathway")
    erased = Erased(at=NEXT_DAY, reason="patient_request")
    given(*closed(), erased).when(command, at=NEXT_DAY).then_rejected("pathway_erased")


in_groups = Specification(PATHWAY, IN_GROUPS)


def of_group(at: datetime, number: int, attendance: Any = "attended") -> SessionRecorded:
    recorded = session(at, "group", "introduction", attendance)
    return recorded.model_copy(update={"group_id": GROUP, "group_session": number})


def attended_really(history: Given[Pathway], **really: Any) -> When[Pathway]:
    command = commands.CorrectGroupSession(
        entry=entry_of(history, SECOND), reason="The wrong row", **really
    )
    return history.when(command, at=NEXT_DAY)


def test_an_attendance_in_a_group_is_put_right_and_the_group_learns_of_both() -> None:
    history = in_groups.given(*in_treatment(), of_group(SECOND, 2))
    decided = attended_really(history, attended=False)
    decided.then_happened(facts.SessionStruckOut, SessionRecorded, TaskOpened)
    struck, anew = decided.events[:2]
    assert isinstance(anew, SessionRecorded)
    assert (anew.corrects, anew.group_id, anew.group_session) == (
        entry_of(history, SECOND),
        GROUP,
        2,
    )
    each: Any = (struck, anew)
    told = [PATHWAY.reactions(decided.and_given().state, one)[0] for one in each]
    assert [(one.recipient, one.template) for one in told] == [(GROUP, "note_attendance")] * 2
    assert [(one.data["attendance"], one.data["counts"]) for one in told] == [
        ("attended", False),
        ("missed", True),
    ]


def test_what_a_group_records_it_knows_and_a_session_of_ones_own_it_need_not() -> None:
    history = in_groups.given(*in_treatment(), of_group(SECOND, 2))
    assert history.reactions() == []
    own = commands.StrikeOut(entry=entry_of(history, FIRST_GROUP), reason="No")
    decided = history.when(own, at=NEXT_DAY)
    decided.then_happened(facts.SessionStruckOut, TreatmentStarted)
    events: Any = decided.events
    assert [PATHWAY.reactions(decided.and_given().state, one) for one in events] == [[], []]


def test_each_is_corrected_as_what_it_is() -> None:
    history = in_groups.given(*in_treatment(), of_group(SECOND, 2))
    corrected(history, SECOND).then_rejected("session_of_group")
    command = commands.CorrectGroupSession(
        entry=entry_of(history, FIRST_GROUP), reason="No", attended=True
    )
    history.when(command, at=NEXT_DAY).then_rejected("session_of_no_group")


def test_the_screen_says_what_there_is_to_correct() -> None:
    begun = given(*in_introduction()[:3])
    blocked = {one: [reason.code for reason in begun.permitted(one).blocked_by] for one in COMMANDS}
    assert blocked == {
        "correct_session": ["no_session_recorded"],
        "correct_group_session": ["no_session_recorded"],
        "correct_measure": ["no_score_recorded"],
        "strike_out": ["nothing_to_strike_out"],
        "correct_patient": [],
    }
    assert given(*closed()).permitted("correct_session").open


def test_nothing_is_corrected_twice() -> None:
    history = in_groups.given(*in_treatment(), of_group(SECOND, 2), phq_9(9, THIRD))
    session_entry, score_entry = entry_of(history, SECOND), entry_of(history, THIRD, "phq-9")
    strikes = [commands.StrikeOut(entry=one, reason="No") for one in (session_entry, score_entry)]
    once = history
    for strike in strikes:
        once = once.when(strike, at=NEXT_DAY).and_given()
    again: list[Any] = [
        *strikes,
        commands.CorrectSession(
            entry=session_entry, reason="No", kind="group", held_at=SECOND, attended=True
        ),
        commands.CorrectGroupSession(entry=session_entry, reason="No", attended=True),
        commands.CorrectMeasure(entry=score_entry, reason="No", score=1, taken_at=THIRD),
    ]
    missing = [[], [], [], ["no_session_recorded"], []]
    for command, lacks in zip(again, missing, strict=True):
        once.when(command, at=NEXT_DAY).then_rejected("corrected_already", *lacks)


def test_an_entry_is_the_number_of_its_event() -> None:
    history = given(*in_treatment(), *THREE_MORE, phq_9(9, FOURTH))
    assert entry_of(history, FOURTH) == len(history.events) - 1
    assert entry_of(history, FOURTH, "phq-9") == len(history.events)


def booked_at(starts_at: datetime) -> SessionBooked:
    return SessionBooked(
        at=FIRST_GROUP,
        booking=7,
        kind="group",
        starts_at=starts_at,
        length=timedelta(minutes=90),
        remind_at=(),
    )


def test_a_session_stays_that_of_its_booking_wherever_it_is_moved() -> None:
    of_booking = session(THIRD, "group", "introduction").model_copy(update={"booking": 7})
    history = given(*in_treatment(), of_booking)
    moved = corrected(history, THIRD, held_at=THIRD + timedelta(days=1))
    assert [one.booking for one in of_type(moved.events, SessionRecorded)] == [7]
    unbooked = session(THIRD, "group", "introduction")
    history = given(*in_treatment(), booked_at(FOURTH), unbooked)
    moved = corrected(history, THIRD, held_at=FOURTH)
    assert [one.booking for one in of_type(moved.events, SessionRecorded)] == [7]
    in_group = of_group(SECOND, 2).model_copy(update={"booking": 3})
    again = attended_really(in_groups.given(*in_treatment(), in_group), attended=False)
    assert [one.booking for one in of_type(again.events, SessionRecorded)] == [3]


def test_one_entry_that_may_be_wrong_is_enough_to_strike_out() -> None:
    begun = in_introduction()[:3]
    for one in (meetings(1)[0], baseline_answered()[0], of_group(SECOND, 2)):
        assert given(*begun, one).permitted("strike_out").open
