"""Sessions of one patient: booked, held, missed."""

from dataclasses import replace
from datetime import datetime

from domain import timing
from domain.commands.pathway import BookSession, CancelBooking, RecordSession
from domain.commands.seats import RecordGroupSession
from domain.decider import Context, Reason, known, require
from domain.events.pathway import (
    Attendance,
    BookingCancelled,
    PathwayEvent,
    SessionBooked,
    SessionRecorded,
    TaskKind,
    TreatmentStarted,
)
from domain.pathway import guards, guards_on_sessions, licensing, phase_guards, tasks
from domain.pathway.evolve import evolve
from domain.pathway.safety import no_show
from domain.pathway.state import Pathway
from domain.pathway.timetable import quiet_after, timetable
from domain.programmes.definition import Phase, Policies, SessionPlan
from domain.reminding import reminders


def session_guards(
    pathway: Pathway, phase: Phase, plan: SessionPlan, context: Context
) -> list[Reason | None]:
    """What must hold for a session of a kind at the context's instant."""
    chosen = phase_guards.duration_chosen if phase.purpose == "treatment" else None
    return [
        guards_on_sessions.sessions_left(pathway, phase, plan),
        chosen(pathway, phase, context) if chosen else None,
        *phase_guards.applied(plan.needs, pathway, phase, context),
    ]


def book_session(pathway: Pathway, command: BookSession, context: Context) -> list[PathwayEvent]:
    """A session is planned, and the patient will be reminded of it."""
    phase = known(context.definition.phase(known(pathway.phase)))
    plan = phase.session(command.kind)
    require(
        guards.not_paused(pathway),
        timing.in_future(command.starts_at, context),
        guards_on_sessions.session_kind_known(phase, command.kind),
        *(_booking_guards(pathway, phase, plan, command.starts_at, context) if plan else ()),
    )
    return [
        SessionBooked(
            at=context.now,
            booking=pathway.bookings_made + 1,
            kind=command.kind,
            starts_at=command.starts_at,
            length=known(plan).length,
            remind_at=reminders(command.starts_at, context),
        )
    ]


def cancel_booking(
    pathway: Pathway, command: CancelBooking, context: Context
) -> list[PathwayEvent]:
    """A planned session will not take place."""
    require(
        guards_on_sessions.any_booking(pathway)
        or guards_on_sessions.booking_open(pathway, command.booking)
    )
    return [BookingCancelled(at=context.now, booking=command.booking)]


def record_session(
    pathway: Pathway, command: RecordSession, context: Context
) -> list[PathwayEvent]:
    """A session took place. Absences ask for contact, a review or a decision, never for more."""
    return held(pathway, recorded_session(pathway, command, context), context)


def recorded_session(pathway: Pathway, command: RecordSession, context: Context) -> SessionRecorded:
    """The session as it is to be recorded. Raises `Rejected`."""
    phase = known(context.definition.phase(known(pathway.phase_at(command.held_at))))
    plan = phase.session(command.kind)
    require(
        timing.not_in_future(command.held_at, context),
        guards.not_before_referral(pathway, command.held_at),
        guards_on_sessions.not_held_in_pause(pathway, command.held_at),
        guards_on_sessions.session_kind_known(phase, command.kind),
        guards_on_sessions.booking_open(pathway, command.booking, command.kind),
        guards_on_sessions.notice_before_session(command.notice_at, command.held_at),
        guards_on_sessions.absence_has_no_lateness(command.attended, command.late_by),
        guards_on_sessions.attendance_has_no_notice(command.attended, command.notice_at),
        *(_recording_guards(pathway, phase, plan, command, context) if plan else ()),
    )
    attendance = attendance_of(command, context.definition.policies)
    return SessionRecorded(
        at=command.held_at,
        kind=command.kind,
        phase=phase.id,
        length=known(plan).length,
        attendance=attendance,
        late_by=command.late_by,
        booking=command.booking or _booking_at(pathway, command),
        quiet_after=watched_until(pathway, attendance, command.held_at, context),
        clinicians=(command.clinician,) if command.clinician else (),
        location=command.location,
        modality=command.modality,
        note=command.note,
    )


def held(pathway: Pathway, recorded: SessionRecorded, context: Context) -> list[PathwayEvent]:
    """A recorded session with what follows from it: the start of treatment, tasks, a flag."""
    after = evolve(pathway, recorded)
    return [
        recorded,
        *_start_of_treatment(pathway, recorded, context),
        *answer_to_absence(after, recorded, context),
        *no_show(after, recorded, context),
    ]


def _booking_guards(
    pathway: Pathway, phase: Phase, plan: SessionPlan, starts_at: datetime, context: Context
) -> list[Reason | None]:
    return [
        guards_on_sessions.not_in_group(plan),
        guards_on_sessions.no_booking_overlaps(pathway, starts_at, plan.length),
        guards_on_sessions.bookings_left(pathway, phase, plan),
        licensing.with_no_group(pathway.therapist, starts_at, plan.length, context),
        *session_guards(pathway, phase, plan, replace(context, now=starts_at)),
    ]


def _recording_guards(
    pathway: Pathway, phase: Phase, plan: SessionPlan, command: RecordSession, context: Context
) -> list[Reason | None]:
    who = command.clinician if command.attended else None
    return [
        guards_on_sessions.not_in_group(plan),
        guards_on_sessions.late_less_than_session(plan.length, command.late_by),
        *licensing.qualified(plan, command, context),
        licensing.consents_given(pathway, command, context),
        licensing.with_no_group(who, command.held_at, plan.length, context),
        guards_on_sessions.no_session_overlaps(pathway, command, plan.length),
        *session_guards(pathway, phase, plan, replace(context, now=command.held_at)),
    ]


def attendance_of(command: RecordSession | RecordGroupSession, policies: Policies) -> Attendance:
    """Notice under 24 hours counts as missed; more than 15 minutes late is recorded as late."""
    if command.attended:
        return "late" if command.late_by > policies.late_after else "attended"
    if command.notice_at and command.held_at - command.notice_at >= policies.notice_for_excuse:
        return "excused"
    return "missed"


def _booking_at(pathway: Pathway, command: RecordSession) -> int | None:
    """The booking that this session answers, if one of its kind stands at that very time."""
    for booking in pathway.bookings:
        if booking.kind == command.kind and booking.starts_at == command.held_at:
            return booking.number
    return None


def watched_until(
    pathway: Pathway, attendance: Attendance, held_at: datetime, context: Context
) -> datetime | None:
    """Being seen restarts the watch for silence, unless that time, entered late, has passed too."""
    if attendance not in ("attended", "late"):
        return pathway.quiet_after
    phase = known(context.definition.phase(known(pathway.phase)))
    seen = quiet_after(context.definition, phase, held_at)
    if seen is None or seen <= context.now:
        return pathway.quiet_after
    return max(seen, pathway.quiet_after or seen)


def _start_of_treatment(
    pathway: Pathway, recorded: SessionRecorded, context: Context
) -> list[PathwayEvent]:
    """Treatment counts from the first session attended, of a kind that begins it."""
    begins = begins_treatment(recorded.phase, recorded.kind, context)
    present = recorded.attendance in ("attended", "late")
    earlier = pathway.treatment_started_at is None or recorded.at < pathway.treatment_started_at
    if not begins or not present or not earlier or pathway.discharged_for:
        return []
    return [started(pathway, recorded.at, context)]


def begins_treatment(phase_id: str, kind: str, context: Context) -> bool:
    """Whether treatment begins with the first session of this kind in this phase."""
    phase = context.definition.phase(phase_id)
    plan = phase.session(kind) if phase and phase.purpose == "treatment" else None
    return plan is not None and plan.counts


def started(pathway: Pathway, at: datetime, context: Context) -> TreatmentStarted:
    """Treatment began at `at`: what lies ahead of it now."""
    ahead = timetable(
        context.definition,
        at,
        known(pathway.duration),
        context.now,
        pathway,
    )
    return TreatmentStarted(at=at, timetable=ahead)


def answer_to_absence(
    after: Pathway, recorded: SessionRecorded, context: Context
) -> list[PathwayEvent]:
    """One missed session asks for contact, two in a row for a review, three for the team."""
    if recorded.attendance != "missed" or after.discharged_for:
        return []
    kind = absence_task(after.missed_in_a_row(), context.definition.policies)
    return tasks.opened(after, kind, context.now, context) if kind else []


def absence_task(missed: int, policies: Policies) -> TaskKind | None:
    """What so many sessions missed in a row ask of a person."""
    if missed >= policies.missed_in_a_row_before_team_decision:
        return "team_decision"
    if missed >= policies.missed_in_a_row_before_review:
        return "attendance_review"
    return "contact_patient" if missed >= policies.missed_before_contact else None
