"""What a group tells the pathways of its members: sessions booked, held, and not joined."""

from datetime import timedelta
from typing import Any

import pytest

from domain.commands.pathway import CancelBooking, Pause, RecordSession
from domain.commands.seats import (
    BookGroupSession,
    CancelGroupSession,
    GroupClosed,
    LeaveGroup,
    RecordGroupSession,
    RecordNotAdmitted,
)
from domain.events.care import NotAdmitted
from domain.events.pathway import (
    BookingCancelled,
    Paused,
    SessionBooked,
    SessionRecorded,
    SessionReminded,
    TaskOpened,
    TreatmentStarted,
)
from domain.events.seats import GroupLost, SeatLeft
from domain.pathway import PATHWAY
from domain.pathway.standing import ToCome, standing
from domain.programmes.definition import Definition
from domain.reminding import Reminded
from tests.domain.arrangements import ACCEPTED, ANNA, BEGUN, BORIS, FILLED, GROUP, OFFERED
from tests.domain.histories import (
    FIRST_GROUP,
    MINUTE,
    READY_AT,
    SIX_MONTHS,
    WEEK,
    attend,
    given,
    in_follow_up,
    in_introduction,
    in_treatment,
    mbt_g_document,
    ready,
    referred,
    task,
)
from tests.domain.specification import Specification, of_type

BOOK = BookGroupSession(group_id=GROUP, session=1, starts_at=FIRST_GROUP, length=90 * MINUTE)
BOOKED = SessionBooked(
    at=READY_AT,
    booking=1,
    kind="group",
    starts_at=FIRST_GROUP,
    length=90 * MINUTE,
    remind_at=(FIRST_GROUP - timedelta(hours=48), FIRST_GROUP - timedelta(hours=2)),
    group_id=GROUP,
    group_session=1,
)
SEATED = (*in_introduction(), BEGUN, OFFERED, ACCEPTED, FILLED)
"""A patient in the introduction who has a seat in the group."""
AWAY = Paused(at=READY_AT, reason="Away", resume_at=FIRST_GROUP + WEEK)


def told(**details: Any) -> RecordGroupSession:
    data = {
        "group_id": GROUP,
        "session": 1,
        "held_at": FIRST_GROUP,
        "length": 90 * MINUTE,
        "attended": True,
        "location": "FL",
        "modality": "virtual",
        "clinicians": (ANNA, BORIS),
    }
    return RecordGroupSession.model_validate({**data, **details})


def test_a_session_of_the_group_stands_in_the_calendar_with_its_reminders() -> None:
    """Policy: reminders 48 and 2 hours before a session."""
    given(*SEATED).when(BOOK).then(BOOKED)
    given(*SEATED, BOOKED).when(BOOK).then_nothing()


def test_a_session_of_which_the_group_reminds_has_no_reminders_of_the_pathway() -> None:
    booked = given(*SEATED).when(BOOK.model_copy(update={"group_reminds": True}))
    booked.then(BOOKED.model_copy(update={"remind_at": (), "group_reminds": True}))
    assert booked.and_given().deadlines("session_reminder") == []
    assert standing(booked.and_given().state).to_come == (ToCome(session=1, starts_at=FIRST_GROUP),)


def test_a_booking_with_reminders_of_its_own_keeps_them_and_is_not_the_group_s_to_remind() -> None:
    """So nobody is reminded twice when a group begins to remind its members."""
    before = given(*SEATED, BOOKED)
    before.when(BOOK.model_copy(update={"group_reminds": True})).then_nothing()
    assert len(before.deadlines("session_reminder")) == 2
    assert standing(before.state).to_come == ()


@pytest.mark.parametrize(
    "command",
    [
        Pause(reason="Away", resume_at=FIRST_GROUP + WEEK),
        CancelBooking(booking=1),
        LeaveGroup(reason="Moves away"),
    ],
)
def test_whoever_is_away_excused_or_has_left_expects_no_session(command: Any) -> None:
    mine = BOOKED.model_copy(update={"remind_at": (), "group_reminds": True})
    after = given(*SEATED, mine).when(command, at=READY_AT).and_given()
    assert standing(after.state).to_come == ()


@pytest.mark.parametrize(
    ("told_in", "kinds"),
    [
        (RecordGroupSession, [SessionReminded, SessionRecorded, TreatmentStarted]),
        (CancelGroupSession, [SessionReminded, BookingCancelled]),
        (RecordNotAdmitted, [SessionReminded, NotAdmitted, BookingCancelled, TaskOpened]),
    ],
)
def test_what_the_group_has_reminded_of_stands_in_the_patient_s_own_record(
    told_in: type[Any], kinds: list[type[Any]]
) -> None:
    two_hours = FIRST_GROUP - timedelta(hours=2)
    reminded = Reminded(at=two_hours, starts_at=FIRST_GROUP, outcome="done")
    said = {"group_id": GROUP, "session": 1, "reminded": (reminded,)}
    if told_in is RecordGroupSession:
        command = told(reminded=(reminded,))
    elif told_in is RecordNotAdmitted:
        command = told_in(**said, held_at=FIRST_GROUP, reasons=("no_consent",))
    else:
        command = told_in(**said)
    after = given(*SEATED, BOOKED).when(command, at=FIRST_GROUP + WEEK)
    after.then_happened(*kinds)
    assert after.events[0] == SessionReminded(
        at=two_hours, group_id=GROUP, group_session=1, starts_at=FIRST_GROUP, outcome="done"
    )


def test_whoever_was_away_was_reminded_all_the_same() -> None:
    reminded = Reminded(at=READY_AT, starts_at=FIRST_GROUP, outcome="done")
    absent = told(attended=False, location=None, reminded=(reminded,))
    given(*SEATED, AWAY).when(absent, at=FIRST_GROUP + WEEK).then_happened(SessionReminded)


def test_a_session_that_the_group_tells_of_points_to_its_progress_note() -> None:
    recorded = given(*SEATED).when(told(note="note-7"), at=FIRST_GROUP + WEEK)
    [session] = of_type(recorded.events, SessionRecorded)
    assert session.note == "note-7"


def test_the_group_may_speak_of_its_sessions_before_it_answers_that_the_seat_is_filled() -> None:
    given(*SEATED[:-1]).when(BOOK).then(BOOKED)


@pytest.mark.parametrize(
    "then",
    [
        (SeatLeft(at=READY_AT, group_id=GROUP, reason="Moves away"),),
        (GroupLost(at=READY_AT, group_id=GROUP),),
    ],
)
def test_what_a_group_still_says_to_whoever_has_left_it_books_nothing(then: Any) -> None:
    """Messages may overtake each other."""
    given(*SEATED, *then).when(BOOK).then_nothing()
    given(*SEATED, BOOKED, *then).when(CancelGroupSession(group_id=GROUP, session=1)).then(
        BookingCancelled(at=READY_AT, booking=1)
    )


@pytest.mark.parametrize("command", [LeaveGroup(reason="Moves away"), GroupClosed(group_id=GROUP)])
def test_the_sessions_of_a_group_that_the_patient_leaves_go_with_it(command: Any) -> None:
    after = given(*SEATED, BOOKED).when(command, at=READY_AT)
    assert BookingCancelled(at=READY_AT, booking=1) in after.events
    left = after.and_given()
    assert left.deadlines("session_reminder") == []
    left.when(BOOK).then_nothing()


def test_a_session_that_has_begun_is_the_group_s_to_record() -> None:
    leave = LeaveGroup(reason="Moves away")
    given(*SEATED, BOOKED).when(leave, at=FIRST_GROUP).then_happened(SeatLeft)


def test_an_offer_of_a_seat_books_nothing_until_it_is_accepted() -> None:
    given(*in_introduction(), BEGUN, OFFERED).when(BOOK).then_nothing()


def test_a_session_that_is_moved_replaces_the_one_booked() -> None:
    later = BOOK.model_copy(update={"starts_at": FIRST_GROUP + timedelta(hours=1)})
    moved = given(*SEATED, BOOKED).when(later)
    moved.then_happened(BookingCancelled, SessionBooked)
    assert len(moved.and_given().state.bookings) == 1


def test_a_session_in_the_past_or_of_a_patient_who_is_away_is_not_booked() -> None:
    given(*SEATED).when(BOOK, at=FIRST_GROUP).then_nothing()
    given(*in_follow_up()).when(BOOK.model_copy(update={"session": 2})).then_nothing()
    given(*SEATED, AWAY).when(BOOK).then_nothing()
    back = BOOK.model_copy(update={"starts_at": FIRST_GROUP + WEEK})
    given(*SEATED, AWAY).when(back).then_happened(SessionBooked)
    overdue = AWAY.model_copy(update={"resume_at": READY_AT})
    history = given(*SEATED, overdue).when_due("resume_pathway").and_given()
    history.when(back).then_nothing()


def test_a_cancelled_session_leaves_the_calendar() -> None:
    cancel = CancelGroupSession(group_id=GROUP, session=1)
    cancelled = given(*in_introduction(), BOOKED).when(cancel)
    cancelled.then(BookingCancelled(at=READY_AT, booking=1))
    cancelled.and_given().when(cancel).then_nothing()


def test_the_first_session_of_the_group_begins_treatment() -> None:
    """Demand 6: counted from the first introductory session."""
    held = given(*in_introduction(), BOOKED).when(told(), at=FIRST_GROUP)
    held.then_happened(SessionRecorded, TreatmentStarted)
    assert held.events[0] == SessionRecorded(
        at=FIRST_GROUP,
        kind="group",
        phase="introduction",
        length=90 * MINUTE,
        attendance="attended",
        booking=1,
        quiet_after=FIRST_GROUP + timedelta(days=30),
        clinicians=(ANNA, BORIS),
        location="FL",
        modality="virtual",
        group_id=GROUP,
        group_session=1,
    )
    assert held.and_given().state.bookings == ()
    held.and_given().when(told()).then_nothing()


@pytest.mark.parametrize(
    ("location", "modality"),
    [(None, "in_person"), ("FL", "in_person"), ("FL", "virtual"), (None, None)],
)
def test_how_the_patient_took_part_is_for_the_group_to_say(
    location: str | None, modality: str | None
) -> None:
    """Demand 21: virtual, hybrid, in person."""
    message = told(location=location, modality=modality)
    (recorded, *_) = given(*in_introduction()).when(message, at=FIRST_GROUP).events
    assert isinstance(recorded, SessionRecorded)
    assert (recorded.location, recorded.modality) == (location, modality)


@pytest.mark.parametrize(
    ("details", "attendance"),
    [
        ({"late_by": 15 * MINUTE}, "attended"),
        ({"late_by": 16 * MINUTE}, "late"),
        ({"attended": False}, "missed"),
        ({"attended": False, "notice_at": FIRST_GROUP - timedelta(hours=23)}, "missed"),
        ({"attended": False, "notice_at": FIRST_GROUP - timedelta(hours=24)}, "excused"),
    ],
)
def test_attendance_is_judged_as_in_every_session(details: dict[str, Any], attendance: str) -> None:
    """Policy: notice under 24 hours counts as missed, over 15 minutes late is recorded."""
    (recorded, *_) = given(*in_introduction()).when(told(**details), at=FIRST_GROUP).events
    assert recorded.attendance == attendance  # type: ignore[attr-defined]


def test_a_missed_session_asks_for_contact() -> None:
    """Policy: one missed session is a task, never a discharge."""
    missed = given(*in_introduction()).when(told(attended=False), at=FIRST_GROUP)
    missed.then_happened(SessionRecorded, TaskOpened)


def test_whoever_is_away_has_not_missed_anything() -> None:
    away = given(*in_introduction(), AWAY)
    away.when(told(attended=False), at=FIRST_GROUP).then_nothing()
    still_booked = given(*in_introduction(), BOOKED, AWAY)
    still_booked.when(told(attended=False), at=FIRST_GROUP).then(
        BookingCancelled(at=FIRST_GROUP, booking=1)
    )
    away.when(told(), at=FIRST_GROUP).then_rejected("pathway_paused")


def test_what_cannot_have_been_is_refused() -> None:
    given(*in_introduction()).when(told(), at=READY_AT).then_rejected("in_the_future")
    early = told(held_at=READY_AT - 10 * WEEK)
    given(*in_introduction()).when(early).then_rejected("before_referral", "session_not_in_phase")
    given(*in_introduction()).when(told(kind="choir"), at=FIRST_GROUP).then_rejected(
        "session_not_in_phase"
    )
    other = told(session=2, held_at=FIRST_GROUP + 30 * MINUTE)
    given(*in_treatment()).when(other, at=FIRST_GROUP + WEEK).then_rejected("session_overlaps")
    given(*referred()).when(told(), at=FIRST_GROUP).then_rejected("session_not_in_phase")


def test_treatment_does_not_begin_before_its_length_is_chosen() -> None:
    """Demand 6: chosen by a clinician with a reason, never computed."""
    undecided = tuple(one for one in in_introduction() if one != SIX_MONTHS)
    given(*undecided).when(told(), at=FIRST_GROUP).then_rejected("duration_not_chosen")


def test_a_group_of_a_preparing_phase_needs_no_length_of_treatment() -> None:
    document = mbt_g_document()
    document["phases"][0]["sessions"][0]["at_most"] = None
    open_ended = Specification(PATHWAY, Definition.model_validate(document))
    meeting = told(kind="assessment", held_at=READY_AT, length=60 * MINUTE)
    open_ended.given(*ready()).when(meeting, at=READY_AT + MINUTE).then_happened(SessionRecorded)


def test_who_could_not_join_is_told_with_the_reason() -> None:
    """Demand 23: that patient does not join, with the reason recorded."""
    refused = RecordNotAdmitted(
        group_id=GROUP, session=1, held_at=FIRST_GROUP, reasons=("not_licensed",)
    )
    event = NotAdmitted(at=FIRST_GROUP, group_id=GROUP, session=1, reasons=("not_licensed",))
    found = given(*in_introduction()).when(refused, at=FIRST_GROUP)
    found.then(event, task(1, "contact_patient", FIRST_GROUP))
    found.and_given().when(refused).then_nothing()
    booked = given(*in_introduction(), BOOKED).when(refused, at=FIRST_GROUP)
    booked.then_happened(NotAdmitted, BookingCancelled, TaskOpened)
    second = refused.model_copy(update={"session": 2})
    found.and_given().when(second).then_happened(NotAdmitted)
    given(*in_introduction()).when(refused, at=READY_AT).then_rejected("in_the_future")
    given(*in_follow_up()).when(refused).then_happened(NotAdmitted)


def test_who_could_not_join_has_not_missed_the_session() -> None:
    refused = NotAdmitted(at=FIRST_GROUP, group_id=GROUP, session=1, reasons=("not_licensed",))
    given(*in_introduction(), refused).when(told(attended=False)).then_nothing()


def test_a_session_of_a_group_is_booked_and_recorded_by_the_group_alone() -> None:
    document = mbt_g_document()
    document["phases"][2]["sessions"][0]["in_group"] = True
    in_groups = Specification(PATHWAY, Definition.model_validate(document))
    history = in_groups.given(*in_introduction())
    history.when(attend("group", FIRST_GROUP), at=FIRST_GROUP).then_rejected("session_of_group")
    history.when(told(), at=FIRST_GROUP).then_happened(SessionRecorded, TreatmentStarted)
    blocked = history.permitted("record_session", kind="group").blocked_by
    assert [reason.code for reason in blocked] == ["session_of_group"]
    assert not history.permitted("book_session", kind="group").open
    individual = RecordSession(kind="individual", held_at=FIRST_GROUP, attended=True)
    assert history.when(individual, at=FIRST_GROUP).events


def test_a_session_that_is_moved_to_when_the_patient_is_away_is_taken_out() -> None:
    later = BOOK.model_copy(update={"starts_at": FIRST_GROUP + timedelta(hours=1)})
    moved = given(*SEATED, BOOKED, AWAY).when(later)
    moved.then(BookingCancelled(at=READY_AT, booking=1))
