"""The sessions of a group: opened by two, joined by whoever may, and held."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import reduce

from domain.commands.group import (
    AdmitLate,
    HoldSession,
    Joining,
    LogIncident,
    NoteAttendance,
    OpenSession,
    ReportConcern,
)
from domain.decider import Context, Reason, known, require
from domain.events.group import (
    AttendanceCorrected,
    ConcernRaised,
    GroupEvent,
    IncidentLogged,
    MemberAdmitted,
    MemberNotAdmitted,
    SessionHeld,
    SessionOpened,
)
from domain.events.presence import Admission, Refusal
from domain.group import guards, guards_on_sessions, tasks
from domain.group.admission import judge
from domain.group.attendance import presences
from domain.group.evolve import evolve
from domain.group.foresight import confirmations
from domain.group.local import days_of
from domain.group.plan import planned_with_the_session
from domain.group.state import Group, Session


def opening_guards(group: Group, session: Session | None, context: Context) -> list[Reason | None]:
    """What must hold to open a session, whoever comes."""
    return [
        guards_on_sessions.at_stage(session, "planned"),
        guards_on_sessions.within_opening_time(session, context),
        guards.no_session_open(group),
    ]


def open_session(group: Group, command: OpenSession, context: Context) -> list[GroupEvent]:
    """The session begins with two trained clinicians, and goes on without whoever may not join."""
    session = group.session(command.session)
    days = days_of(group, session, context)
    require(
        guards_on_sessions.any_to_come(group)
        or guards_on_sessions.session_known(group, command.session),
        *opening_guards(group, session, context),
        guards_on_sessions.each_once(command.clinicians, "clinician_named_twice"),
        guards_on_sessions.enough_clinicians(command.clinicians, context),
        guards_on_sessions.may_lead(group, session, command.clinicians),
        *(guards.credentialed(o, day, context) for o in command.clinicians for day in days),
        *(guards.leads_no_other_then(group, one, [session], context) for one in command.clinicians),
        guards_on_sessions.each_once(_patients(command.joining), "patient_named_twice"),
    )
    found = known(session)
    judged = [judge(group, found, one, command.clinicians, context) for one in command.joining]
    return [
        SessionOpened(
            at=context.now,
            session=command.session,
            starts_at=found.starts_at,
            clinicians=command.clinicians,
            admitted=tuple(one for one in judged if isinstance(one, Admission)),
            not_admitted=tuple(one for one in judged if isinstance(one, Refusal)),
        )
    ]


def _patients(joining: Sequence[Joining]) -> list[str]:
    return [one.pathway_id for one in joining]


def admit_late(group: Group, command: AdmitLate, context: Context) -> list[GroupEvent]:
    """Somebody comes later, and is judged like those who came in time."""
    session = group.session(command.session)
    require(
        *_running_guards(group, session, command.session, context),
        guards_on_sessions.not_over(session, context),
        guards_on_sessions.admissible_once(session, command.pathway_id),
    )
    found = known(session)
    joining = Joining(
        pathway_id=command.pathway_id, location=command.location, in_person=command.in_person
    )
    judged = judge(group, found, joining, found.clinicians, context)
    if isinstance(judged, Refusal):
        return [MemberNotAdmitted(at=context.now, session=found.number, refusal=judged)]
    late_by = max(context.now - found.starts_at, timedelta(0))
    admission = judged.model_copy(update={"late_by": late_by})
    return [MemberAdmitted(at=context.now, session=found.number, admission=admission)]


def hold_session(group: Group, command: HoldSession, context: Context) -> list[GroupEvent]:
    """The session is over, and each member's pathway learns how the patient attended."""
    session = group.session(command.session)
    noted = [one.pathway_id for one in command.attendance]
    require(
        *_running_guards(group, session, command.session, context),
        *holding_guards(session, context),
        guards_on_sessions.each_once(noted, "patient_named_twice"),
        *(guards_on_sessions.expected(group, session, one) for one in noted),
        *_attendance_guards(session, command),
    )
    found = known(session)
    held = SessionHeld(
        at=context.now,
        session=found.number,
        held_at=found.starts_at,
        length=found.length,
        clinicians=found.clinicians,
        presences=presences(group, found, command.attendance, context),
        not_admitted=found.not_admitted,
    )
    recorded = tasks.settled(group, "record_session", "held", context, str(found.number))
    planned = planned_with_the_session(evolve(group, held), context)
    after = reduce(evolve, planned, evolve(group, held))
    return [
        held,
        *recorded,
        *planned,
        *confirmations(after, context),
        *_at_the_end(after, context),
    ]


def holding_guards(session: Session | None, context: Context) -> list[Reason | None]:
    """What must hold to say that a session took place, whoever came."""
    return [
        guards_on_sessions.begun(session, context),
        guards_on_sessions.lasted(session, context),
    ]


def _at_the_end(group: Group, context: Context) -> list[GroupEvent]:
    """After a cohort's last session somebody moves its members on, and closes it."""
    if not group.is_over:
        return []
    return [*tasks.opened(group, "move_members", context.now, context)]


def _attendance_guards(session: Session | None, command: HoldSession) -> Iterator[Reason | None]:
    for one in command.attendance if session else ():
        yield from guards_on_sessions.attendance_fits(known(session), one)


def report_concern(group: Group, command: ReportConcern, context: Context) -> list[GroupEvent]:
    """A facilitator is worried about a patient: the pathway opens an escalation."""
    session = group.session(command.session)
    require(
        *_happened_guards(group, session, command.session, context),
        guards_on_sessions.expected(group, session, command.pathway_id),
    )
    return [
        ConcernRaised(
            at=context.now,
            session=command.session,
            pathway_id=command.pathway_id,
            level=command.level,
        )
    ]


def log_incident(group: Group, command: LogIncident, context: Context) -> list[GroupEvent]:
    """Something happened in a session; the clinical note tells it, the log only where it is."""
    session = group.session(command.session)
    require(*_happened_guards(group, session, command.session, context))
    return [
        IncidentLogged(
            at=context.now, session=command.session, category=command.category, note=command.note
        )
    ]


def note_attendance(group: Group, command: NoteAttendance, _context: Context) -> list[GroupEvent]:
    """A pathway has put right how its patient attended; of what was not held nobody needs to."""
    session = group.session(command.session)
    if session is None or session.stage != "held":
        return []
    return [AttendanceCorrected(at=session.ends_at, **command.model_dump())]


def _running_guards(
    group: Group, session: Session | None, number: int, context: Context
) -> list[Reason | None]:
    return [
        guards_on_sessions.any_open(group) or guards_on_sessions.session_known(group, number),
        guards_on_sessions.at_stage(session, "open"),
        guards_on_sessions.after_opening(session, context),
    ]


def _happened_guards(
    group: Group, session: Session | None, number: int, context: Context
) -> list[Reason | None]:
    return [
        guards_on_sessions.any_met(group) or guards_on_sessions.session_known(group, number),
        guards_on_sessions.at_stage(session, "open", "held"),
        guards_on_sessions.after_opening(session, context),
    ]
