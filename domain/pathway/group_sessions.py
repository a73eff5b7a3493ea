"""Sessions of the patient's group, as the group tells of them: booked, held, not joined.

The group has decided who was admitted. What it tells twice happens once.
"""

from domain import timing
from domain.commands.seats import (
    BookGroupSession,
    CancelGroupSession,
    RecordGroupSession,
    RecordNotAdmitted,
)
from domain.decider import Context, Reason, known, require
from domain.events.care import NotAdmitted
from domain.events.pathway import (
    BookingCancelled,
    PathwayEvent,
    SessionBooked,
    SessionRecorded,
    SessionReminded,
)
from domain.pathway import guards, guards_on_sessions, phase_guards, tasks
from domain.pathway.rows import Booking
from domain.pathway.sessions import attendance_of, held, watched_until
from domain.pathway.state import Pathway
from domain.programmes.definition import Phase
from domain.reminding import reminders

_OfSession = CancelGroupSession | RecordGroupSession | RecordNotAdmitted


def book_group_session(
    pathway: Pathway, command: BookGroupSession, context: Context
) -> list[PathwayEvent]:
    """The session stands in the patient's calendar, in place of the time that it had before."""
    booked = _booking(pathway, command.group_id, command.session)
    if booked and (booked.starts_at, booked.length) == (command.starts_at, command.length):
        return []
    moved = [BookingCancelled(at=context.now, booking=booked.number)] if booked else []
    if command.starts_at <= context.now or not _expected(pathway, command):
        return [*moved]
    return [
        *moved,
        SessionBooked(
            at=context.now,
            booking=pathway.bookings_made + 1,
            kind=command.kind,
            starts_at=command.starts_at,
            length=command.length,
            remind_at=() if command.group_reminds else reminders(command.starts_at, context),
            group_id=command.group_id,
            group_session=command.session,
            group_reminds=command.group_reminds,
        ),
    ]


def cancel_group_session(
    pathway: Pathway, command: CancelGroupSession, context: Context
) -> list[PathwayEvent]:
    """The session is out of the patient's calendar."""
    return [*_reminded(command), *_taken_out(pathway, command, context)]


def record_group_session(
    pathway: Pathway, command: RecordGroupSession, context: Context
) -> list[PathwayEvent]:
    """The group met. Whoever is away for a time has not missed anything."""
    if _heard_of(pathway, command):
        return []
    if _absent_with_leave(pathway, command):
        return [*_reminded(command), *_taken_out(pathway, command, context)]
    recorded = recorded_with_group(pathway, command, context)
    return [*_reminded(command), *held(pathway, recorded, context)]


def recorded_with_group(
    pathway: Pathway, command: RecordGroupSession, context: Context
) -> SessionRecorded:
    """The session as it is to be recorded. Raises `Rejected`."""
    phase = known(context.definition.phase(known(pathway.phase_at(command.held_at))))
    require(
        timing.not_in_future(command.held_at, context),
        guards.not_before_referral(pathway, command.held_at),
        guards_on_sessions.not_held_in_pause(pathway, command.held_at),
        guards_on_sessions.session_kind_known(phase, command.kind),
        guards_on_sessions.no_session_overlaps(pathway, command, command.length),
        _duration_chosen(pathway, phase, context),
    )
    booked = _booking(pathway, command.group_id, command.session)
    attendance = attendance_of(command, context.definition.policies)
    return SessionRecorded(
        at=command.held_at,
        kind=command.kind,
        phase=phase.id,
        length=command.length,
        attendance=attendance,
        late_by=command.late_by,
        booking=booked.number if booked else None,
        quiet_after=watched_until(pathway, attendance, command.held_at, context),
        clinicians=command.clinicians,
        location=command.location,
        modality=command.modality,
        note=command.note,
        group_id=command.group_id,
        group_session=command.session,
    )


def record_not_admitted(
    pathway: Pathway, command: RecordNotAdmitted, context: Context
) -> list[PathwayEvent]:
    """Why the patient could not join. It is no absence, and somebody looks into it."""
    if (command.group_id, command.session) in pathway.not_admitted:
        return []
    require(timing.not_in_future(command.held_at, context))
    refused = NotAdmitted(
        at=command.held_at,
        group_id=command.group_id,
        session=command.session,
        reasons=command.reasons,
    )
    noted = [*_reminded(command), refused, *_taken_out(pathway, command, context)]
    if pathway.discharged_for:
        return noted
    return [*noted, *tasks.opened(pathway, "contact_patient", context.now, context)]


def _booking(pathway: Pathway, group_id: str, session: int) -> Booking | None:
    for booking in pathway.bookings:
        if (booking.group_id, booking.group_session) == (group_id, session):
            return booking
    return None


def _reminded(command: _OfSession) -> list[SessionReminded]:
    """What came of the reminders that the group has sent."""
    return [
        SessionReminded(
            at=one.at,
            group_id=command.group_id,
            group_session=command.session,
            starts_at=one.starts_at,
            outcome=one.outcome,
        )
        for one in command.reminded
    ]


def _taken_out(
    pathway: Pathway,
    command: _OfSession,
    context: Context,
) -> list[PathwayEvent]:
    """The session does not stand in the patient's calendar any more."""
    booked = _booking(pathway, command.group_id, command.session)
    return [BookingCancelled(at=context.now, booking=booked.number)] if booked else []


def _expected(pathway: Pathway, command: BookGroupSession) -> bool:
    """The patient belongs to the group, and is there for the session."""
    if pathway.discharged_for or _away(pathway, command):
        return False
    return command.group_id == pathway.group_id or _joining(pathway, command.group_id)


def _joining(pathway: Pathway, group_id: str) -> bool:
    """The patient has accepted a seat of the group: its answer may come after its sessions."""
    offer = pathway.seat_offer
    return offer is not None and (offer.group_id, offer.standing) == (group_id, "accepted")


def _away(pathway: Pathway, command: BookGroupSession) -> bool:
    """The patient is not expected back before the session."""
    away = pathway.status in ("paused", "transferred")
    return away and (pathway.resume_at is None or command.starts_at < pathway.resume_at)


def _heard_of(pathway: Pathway, command: RecordGroupSession) -> bool:
    told = (command.group_id, command.session)
    return any((one.group_id, one.group_session) == told for one in pathway.sessions)


def _absent_with_leave(pathway: Pathway, command: RecordGroupSession) -> bool:
    """Whoever pauses, is treated elsewhere or could not be let in, is not absent."""
    if command.attended:
        return False
    away = guards_on_sessions.not_held_in_pause(pathway, command.held_at) is not None
    return away or (command.group_id, command.session) in pathway.not_admitted


def _duration_chosen(pathway: Pathway, phase: Phase, context: Context) -> Reason | None:
    """Treatment counts from its first session: how long it lasts has to be known by then."""
    if phase.purpose != "treatment":
        return None
    return phase_guards.duration_chosen(pathway, phase, context)
