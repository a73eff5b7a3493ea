"""Assessment: two to four meetings, then a clinician's decision."""

from datetime import timedelta

import pytest

from domain.commands.pathway import BookSession, CancelBooking, Considered, DecideSuitability
from domain.events.agreements import Alternative, SuitabilityDecided
from domain.events.pathway import (
    Paused,
    SessionBooked,
    SessionRecorded,
    TaskCompleted,
    TaskOpened,
)
from tests.domain.histories import (
    ANSWERS,
    READY_AT,
    attend,
    given,
    in_introduction,
    meetings,
    miss,
    ny,
    ready,
    referred,
    task,
)
from tests.domain.specification import of_type

SUITS = DecideSuitability(suitable=True, **ANSWERS)
DOES_NOT_SUIT = DecideSuitability(suitable=False, **ANSWERS)


@pytest.mark.parametrize("held", [0, 1])
def test_nothing_is_decided_before_two_meetings(held: int) -> None:
    """Demand 1: at least two meetings are held before a decision."""
    given(*referred(), *meetings(held)).when(SUITS).then_rejected("too_few_sessions")


@pytest.mark.parametrize("held", [2, 3, 4])
def test_a_clinician_decides_after_two_to_four_meetings(held: int) -> None:
    """Demands 1 and 13: two to four meetings, then a clinician decides."""
    given(*referred(), *meetings(held)).when(SUITS, at=READY_AT).then(
        SuitabilityDecided(at=READY_AT, suitable=True, **ANSWERS)
    )


def test_a_missed_meeting_is_no_meeting() -> None:
    history = (*referred(), *meetings(1), *meetings(2, "missed")[1:])
    given(*history).when(SUITS).then_rejected("too_few_sessions")


def test_a_late_arrival_is_a_meeting() -> None:
    history = (*referred(), *meetings(2, "late"))
    given(*history).when(SUITS).then_happened(SuitabilityDecided)


def test_the_fourth_meeting_is_the_last() -> None:
    """Demand 1: at most four meetings."""
    fourth = attend("assessment", READY_AT)
    given(*referred(), *meetings(3)).when(fourth, at=READY_AT).then_happened(SessionRecorded)
    given(*referred(), *meetings(4)).when(fourth, at=READY_AT).then_rejected("too_many_sessions")


def test_a_fifth_meeting_is_not_even_booked() -> None:
    command = BookSession(kind="assessment", starts_at=READY_AT + timedelta(days=1))
    given(*referred(), *meetings(4)).when(command).then_rejected("too_many_sessions")


def test_no_more_meetings_are_booked_than_may_be_held() -> None:
    def book(week: int) -> BookSession:
        return BookSession(kind="assessment", starts_at=READY_AT + timedelta(weeks=week))

    three_held = given(*referred(), *meetings(3))
    booked = three_held.when(book(1)).then_happened(SessionBooked).and_given()
    booked.when(book(2)).then_rejected("too_many_bookings")
    assert not booked.permitted("book_session", kind="assessment").open
    assert booked.permitted("record_session", kind="assessment").open
    booked.when(CancelBooking(booking=1)).and_given().when(book(2)).then_happened(SessionBooked)


def considering(decision: DecideSuitability, *options: str) -> DecideSuitability:
    considered = tuple(Considered(option=one) for one in options)
    return decision.model_copy(update={"alternatives": considered})


def test_several_alternatives_are_considered_each_with_its_reason() -> None:
    """Demand 15: each alternative with the reason offered; referring out is somebody's task."""
    considered = (
        Considered(option="dbt"),
        Considered(option="cbt", reason="Panic attacks come first"),
    )
    decided = SuitabilityDecided(
        at=READY_AT,
        suitable=False,
        alternatives=(
            Alternative(option="dbt", reason="Rapid skill acquisition"),
            Alternative(option="cbt", reason="Panic attacks come first"),
        ),
        **ANSWERS,
    )
    command = DOES_NOT_SUIT.model_copy(update={"alternatives": considered})
    found = given(*referred(), *meetings(2)).when(command, at=READY_AT)
    found.then(decided, task(1, "refer_out", READY_AT))


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("dbt", "Rapid skill acquisition"),
        ("cbt", "Symptom reduction"),
        ("individual-mbt", "Deep individual insight"),
        ("other-level", "More intensive support than weekly outpatient care"),
    ],
)
def test_without_a_reason_of_their_own_the_programme_says_why(option: str, reason: str) -> None:
    """Demand 15: DBT for rapid skill acquisition, CBT for symptom reduction, and so on."""
    found = given(*referred(), *meetings(2)).when(considering(DOES_NOT_SUIT, option), at=READY_AT)
    (decided,) = of_type(found.events, SuitabilityDecided)
    assert isinstance(decided, SuitabilityDecided)
    assert decided.alternatives == (Alternative(option=option, reason=reason),)


def test_alternatives_are_considered_where_the_programme_suits_too() -> None:
    found = given(*referred(), *meetings(2)).when(considering(SUITS, "dbt"))
    found.then_happened(SuitabilityDecided)


def test_a_revised_decision_ends_the_task_of_referring_out() -> None:
    unsuitable = given(*referred(), *meetings(2)).when(DOES_NOT_SUIT).and_given()
    unsuitable.when(DOES_NOT_SUIT).then_happened(SuitabilityDecided)
    unsuitable.when(SUITS).then_happened(SuitabilityDecided, TaskCompleted)


def test_an_alternative_must_be_one_of_the_programme() -> None:
    """Demand 15: the alternatives are those that the programme names."""
    command = considering(DOES_NOT_SUIT, "dbt", "homeopathy")
    given(*referred(), *meetings(2)).when(command).then_rejected("unknown_alternative")


def test_each_alternative_is_named_once() -> None:
    command = considering(SUITS, "dbt", "cbt", "dbt")
    given(*referred(), *meetings(2)).when(command).then_rejected("alternative_repeated")


def test_every_failed_guard_of_the_decision_is_named() -> None:
    command = considering(SUITS, "homeopathy", "homeopathy")
    given(*referred()).when(command).then_rejected(
        "too_few_sessions", "unknown_alternative", "alternative_repeated"
    )


def test_the_decision_may_be_revised_during_assessment() -> None:
    given(*ready()).when(DOES_NOT_SUIT).then_happened(SuitabilityDecided, TaskOpened)


def test_the_decision_stands_once_assessment_is_over() -> None:
    given(*in_introduction()).when(DOES_NOT_SUIT).then_rejected("not_in_assessment")


def test_a_meeting_before_the_referral_was_written_is_refused() -> None:
    command = attend("assessment", ny("2026-01-05 09:59"))
    given(*referred()).when(command).then_rejected("before_referral")


def test_a_missed_fifth_appointment_is_refused_like_a_held_one() -> None:
    given(*referred(), *meetings(4)).when(miss("assessment", READY_AT), at=READY_AT).then_rejected(
        "too_many_sessions"
    )


def test_nothing_is_decided_during_a_pause() -> None:
    away = Paused(at=READY_AT, reason="Away", resume_at=READY_AT + timedelta(days=9))
    given(*referred(), *meetings(2), away).when(SUITS).then_rejected("pathway_paused")
