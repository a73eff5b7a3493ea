"""The guards on booking and recording a session."""

from datetime import datetime, timedelta

from domain.commands.pathway import RecordSession
from domain.commands.seats import RecordGroupSession
from domain.decider import Reason
from domain.pathway.state import Pathway
from domain.programmes.definition import Phase, SessionPlan


def session_kind_known(phase: Phase | None, kind: str) -> Reason | None:
    plans = phase.sessions if phase else ()
    if any(plan.kind == kind for plan in plans):
        return None
    kinds = ", ".join(plan.kind for plan in plans) or "no sessions"
    where = phase.title if phase else "no phase"
    return Reason(code="session_not_in_phase", message=f"{where} has {kinds}.")


def not_in_group(plan: SessionPlan) -> Reason | None:
    """A therapy group books and records its own sessions, for all its members at once."""
    if not plan.in_group:
        return None
    return Reason(
        code="session_of_group", message=f"{plan.title}: the patient's group books and records it."
    )


def no_session_overlaps(
    pathway: Pathway, command: RecordSession | RecordGroupSession, length: timedelta
) -> Reason | None:
    """A patient can be in one session at a time; an absence bars only a session of its kind."""
    start = command.held_at
    for session in pathway.sessions:
        overlaps = session.held_at < start + length and start < session.held_at + session.length
        if overlaps and (session.kind == command.kind or (session.present and command.attended)):
            return Reason(
                code="session_overlaps",
                message=f"A session ({session.kind}) at that time is recorded already.",
            )
    return None


def no_booking_overlaps(pathway: Pathway, start: datetime, length: timedelta) -> Reason | None:
    for booking in pathway.bookings:
        if booking.starts_at < start + length and start < booking.starts_at + booking.length:
            return Reason(
                code="booking_overlaps",
                message=f"Booking {booking.number} ({booking.kind}) is at that time.",
            )
    return None


def not_held_in_pause(pathway: Pathway, held_at: datetime) -> Reason | None:
    if pathway.paused_at is None or held_at < pathway.paused_at:
        return None
    if pathway.status == "transferred":
        return Reason(
            code="transferred_out",
            message="The patient was at another level of care then: take them back first.",
        )
    return Reason(code="pathway_paused", message="The pathway was paused then: resume it first.")


def notice_before_session(notice_at: datetime | None, held_at: datetime) -> Reason | None:
    if notice_at is None or notice_at <= held_at:
        return None
    return Reason(
        code="notice_after_session",
        message="Notice after the start is no notice: leave it out, the session counts as missed.",
    )


def absence_has_no_lateness(attended: bool, late_by: timedelta) -> Reason | None:
    if attended or not late_by:
        return None
    return Reason(code="late_and_absent", message="Record either a late arrival or an absence.")


def attendance_has_no_notice(attended: bool, notice_at: datetime | None) -> Reason | None:
    if not attended or notice_at is None:
        return None
    return Reason(code="notice_and_attended", message="Notice of absence, yet the patient came.")


def sessions_left(pathway: Pathway, phase: Phase, plan: SessionPlan) -> Reason | None:
    """For the assessment: at most four meetings before a decision."""
    if plan.at_most is None or pathway.attended(phase.id, plan.kind) < plan.at_most:
        return None
    return Reason(
        code="too_many_sessions",
        message=f"{plan.title}: at most {plan.at_most} may be held in this phase.",
    )


def bookings_left(pathway: Pathway, phase: Phase, plan: SessionPlan) -> Reason | None:
    """Nobody is invited to a session that could not be held any more."""
    held = pathway.attended(phase.id, plan.kind)
    booked = sum(booking.kind == plan.kind for booking in pathway.bookings)
    if plan.at_most is None or held >= plan.at_most or held + booked < plan.at_most:
        return None
    return Reason(
        code="too_many_bookings",
        message=f"{plan.title}: the {plan.at_most} that may be held are booked; cancel one first.",
    )


def any_booking(pathway: Pathway) -> Reason | None:
    if pathway.bookings:
        return None
    return Reason(code="no_booking", message="No session is booked.")


def booking_open(pathway: Pathway, booking: int | None, kind: str | None = None) -> Reason | None:
    """The booking exists, is still to come, and is of that kind where one is given."""
    found = any(one.number == booking and kind in (None, one.kind) for one in pathway.bookings)
    if booking is None or found:
        return None
    return Reason(
        code="unknown_booking",
        message=f"No open booking of this kind has the number {booking}.",
    )


def late_less_than_session(length: timedelta, late_by: timedelta) -> Reason | None:
    if late_by < length:
        return None
    return Reason(
        code="later_than_session",
        message="The patient came after the session had ended: record an absence.",
    )
