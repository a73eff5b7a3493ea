"""Bookings, and the reminders 48 and 2 hours before."""

from datetime import datetime, timedelta

import pytest

from domain.commands.base import MeetDeadline
from domain.commands.pathway import BookSession, CancelBooking
from domain.events.pathway import (
    BookingCancelled,
    PathwayEvent,
    Paused,
    SessionBooked,
    SessionRecorded,
    SessionReminderFellDue,
)
from domain.pathway.standing import standing
from tests.domain.arrangements import GROUP
from tests.domain.histories import (
    FIRST_GROUP,
    MINUTE,
    PLANNED_END,
    READY_AT,
    WEEK,
    attend,
    given,
    in_follow_up,
    in_introduction,
    in_treatment,
    referred,
)

HOUR = timedelta(hours=1)
STARTS_AT = FIRST_GROUP + WEEK
BOOK = BookSession(kind="group", starts_at=STARTS_AT)


def booked(number: int = 1, starts_at: datetime = STARTS_AT, kind: str = "group") -> SessionBooked:
    return SessionBooked(
        at=FIRST_GROUP,
        booking=number,
        kind=kind,
        starts_at=starts_at,
        length=timedelta(minutes=90 if kind == "group" else 50),
        remind_at=(starts_at - 48 * HOUR, starts_at - 2 * HOUR),
    )


def with_booking() -> tuple[PathwayEvent, ...]:
    return (*in_treatment(), booked())


def test_groups_know_when_their_members_are_seen_alone() -> None:
    own = booked(1, kind="individual")
    of_group = booked(2).model_copy(update={"group_id": GROUP, "group_session": 1})
    (alone,) = standing(given(*in_treatment(), own, of_group).state).seen_alone
    assert (alone.starts_at, alone.length) == (own.starts_at, own.length)


def test_a_session_is_booked_with_both_reminders() -> None:
    given(*in_treatment()).when(BOOK, at=FIRST_GROUP).then(booked())


@pytest.mark.parametrize(
    ("now", "reminders"),
    [
        (STARTS_AT - 48 * HOUR, (STARTS_AT - 2 * HOUR,)),
        (STARTS_AT - 3 * HOUR, (STARTS_AT - 2 * HOUR,)),
        (STARTS_AT - HOUR, ()),
    ],
)
def test_reminders_whose_time_has_passed_are_left_out(
    now: datetime, reminders: tuple[datetime, ...]
) -> None:
    event = given(*in_treatment()).when(BOOK, at=now).events[0]
    assert isinstance(event, SessionBooked)
    assert event.remind_at == reminders


def test_each_reminder_is_sent_once_in_neutral_words_and_not_after_the_start() -> None:
    first = given(*with_booking()).when_due("session_reminder")
    reminder = SessionReminderFellDue(at=STARTS_AT - 48 * HOUR, booking=1, starts_at=STARTS_AT)
    first.then(reminder)
    (effect,) = first.and_given().reactions()
    assert (effect.port, effect.template, effect.recipient, effect.not_after) == (
        "notify",
        "session_reminder",
        "patient",
        STARTS_AT,
    )
    second = first.and_given().when_due("session_reminder")
    second.then(reminder.model_copy(update={"at": STARTS_AT - 2 * HOUR}))
    assert second.and_given().deadlines("session_reminder") == []


def test_a_reminder_leaves_the_other_bookings_alone() -> None:
    other = booked(2, STARTS_AT + WEEK)
    after = given(*with_booking(), other).when_due("session_reminder").and_given()
    assert len(after.deadlines("session_reminder")) == 3


def test_a_session_in_the_past_is_not_booked() -> None:
    given(*in_treatment()).when(BOOK, at=STARTS_AT).then_rejected("in_the_past")


def test_bookings_do_not_overlap() -> None:
    over = BookSession(kind="individual", starts_at=STARTS_AT + 89 * MINUTE)
    given(*with_booking()).when(over).then_rejected("booking_overlaps")
    after = BookSession(kind="individual", starts_at=STARTS_AT + 90 * MINUTE)
    given(*with_booking()).when(after).then_happened(SessionBooked)
    before = BookSession(kind="individual", starts_at=STARTS_AT - 50 * MINUTE)
    given(*with_booking()).when(before).then_happened(SessionBooked)


def test_every_failed_guard_of_a_booking_is_named() -> None:
    wrong = BookSession(kind="yoga", starts_at=READY_AT)
    given(*in_introduction()).when(wrong, at=FIRST_GROUP).then_rejected(
        "in_the_past", "session_not_in_phase"
    )
    group = BookSession(kind="group", starts_at=READY_AT)
    given(*referred()).when(group).then_rejected("session_not_in_phase")


def test_nothing_is_booked_after_discharge() -> None:
    given(*in_follow_up()).when(
        BookSession(kind="group", starts_at=PLANNED_END + WEEK)
    ).then_rejected("session_not_in_phase")


def test_a_cancelled_booking_is_gone_with_its_reminders() -> None:
    cancelled = given(*with_booking()).when(CancelBooking(booking=1))
    cancelled.then(BookingCancelled(at=FIRST_GROUP, booking=1))
    assert cancelled.and_given().deadlines("session_reminder") == []
    cancelled.and_given().when(CancelBooking(booking=1)).then_rejected("no_booking")


def test_the_number_of_a_cancelled_booking_is_not_given_again() -> None:
    cancelled = given(*with_booking()).when(CancelBooking(booking=1)).and_given()
    cancelled.when(BOOK).then_happened(SessionBooked).then_state(bookings_made=2)


@pytest.mark.parametrize("number", [1, None])
def test_a_recorded_session_answers_its_booking(number: int | None) -> None:
    held = given(*with_booking()).when(attend("group", STARTS_AT, booking=number), at=STARTS_AT)
    held.then_happened(SessionRecorded).then_state(bookings=())


def test_a_session_moved_by_a_day_answers_the_booking_that_it_names() -> None:
    later = attend("group", STARTS_AT + timedelta(days=1), booking=1)
    given(*with_booking()).when(later, at=STARTS_AT + WEEK).then_state(bookings=())


def test_a_session_at_another_time_leaves_the_booking() -> None:
    other = attend("group", STARTS_AT - timedelta(days=1))
    held = given(*with_booking()).when(other, at=STARTS_AT).and_given()
    assert [one.number for one in held.state.bookings] == [1]


def test_a_booking_of_another_kind_is_not_answered() -> None:
    other = attend("individual", STARTS_AT, booking=1)
    given(*with_booking()).when(other, at=STARTS_AT).then_rejected("unknown_booking")
    unnamed = given(*with_booking()).when(attend("individual", STARTS_AT), at=STARTS_AT)
    assert len(unnamed.and_given().state.bookings) == 1


def test_no_session_is_booked_while_another_goes_on() -> None:
    during = BookSession(kind="individual", starts_at=STARTS_AT + 89 * MINUTE)
    given(*with_booking()).when(during).then_rejected("booking_overlaps")
    after = BookSession(kind="individual", starts_at=STARTS_AT + 90 * MINUTE)
    given(*with_booking()).when(after).then_happened(SessionBooked)


def test_nothing_is_booked_during_a_pause() -> None:
    away = Paused(at=FIRST_GROUP, reason="Away", resume_at=STARTS_AT - HOUR)
    given(*in_treatment(), away).when(BOOK).then_rejected("pathway_paused")


def test_each_reminder_is_of_its_own_booking() -> None:
    later = STARTS_AT + WEEK
    history = given(*with_booking(), booked(2, later))
    [of_later] = [one for one in history.deadlines() if one.at == later - 2 * HOUR]
    command = MeetDeadline(kind=of_later.kind, subject=of_later.subject, at=of_later.at)
    history.when(command, at=of_later.at).then(
        SessionReminderFellDue(at=of_later.at, booking=2, starts_at=later)
    )
