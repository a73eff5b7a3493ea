"""Putting right what was recorded wrongly: struck out, and recorded anew as it really was.

What is recorded anew is judged by the rules of its first recording, as if the wrong entry had never
been. What the wrong one had asked of people is taken back where nothing asks for it any more. An
escalation that it opened stays: only a person resolves one.
"""

from datetime import datetime
from functools import reduce

from domain.calendar import age_on, day_in
from domain.commands.corrections import (
    CorrectGroupSession,
    CorrectPatient,
    CorrectSession,
    StrikeOut,
)
from domain.commands.pathway import RecordSession
from domain.commands.seats import RecordGroupSession
from domain.decider import Context, known, require
from domain.events.corrections import (
    PatientCorrected,
    SessionStruckOut,
    TreatmentStartTakenBack,
    Uncovered,
)
from domain.events.pathway import PathwayEvent, SessionRecorded, TaskKind
from domain.pathway import guards_on_corrections as guards
from domain.pathway import seats, tasks
from domain.pathway.correcting_measures import strike_out_measure
from domain.pathway.evolve import evolve
from domain.pathway.group_sessions import (
    recorded_with_group,
)
from domain.pathway.rows import Session
from domain.pathway.safety import no_show
from domain.pathway.sessions import (
    absence_task,
    answer_to_absence,
    begins_treatment,
    recorded_session,
    started,
)
from domain.pathway.state import Pathway
from domain.pathway.timetable import quiet_after

_ABSENCES: tuple[TaskKind, ...] = ("contact_patient", "attendance_review", "team_decision")
"""What absences ask for, each for more of them in a row than the one before."""


def correct_session(
    pathway: Pathway, command: CorrectSession, context: Context
) -> list[PathwayEvent]:
    """How a session really was."""
    require(
        guards.entry_stands(pathway, command.entry),
        guards.any_session(pathway, of_group=False) or guards.is_session(pathway, command.entry),
        guards.not_of_group(pathway, command.entry),
    )
    wrong = known(guards.session_of(pathway, command.entry))
    struck = _struck_out(pathway, wrong, command.reason, context)
    said = RecordSession.model_validate(command.model_dump(exclude={"entry", "reason"}))
    recorded = recorded_session(evolve(pathway, struck), said, context)
    anew = recorded.model_copy(
        update={"corrects": wrong.entry, "booking": wrong.booking or recorded.booking}
    )
    return _put_right(pathway, [struck, anew], wrong, context)


def correct_group_session(
    pathway: Pathway, command: CorrectGroupSession, context: Context
) -> list[PathwayEvent]:
    """How the patient really attended a session of their group."""
    require(
        guards.entry_stands(pathway, command.entry),
        guards.any_session(pathway, of_group=True) or guards.is_session(pathway, command.entry),
        guards.of_group(pathway, command.entry),
    )
    wrong = known(guards.session_of(pathway, command.entry))
    said = RecordGroupSession(
        group_id=known(wrong.group_id),
        session=known(wrong.group_session),
        held_at=wrong.held_at,
        length=wrong.length,
        kind=wrong.kind,
        **command.model_dump(exclude={"entry", "reason"}),
    )
    struck = _struck_out(pathway, wrong, command.reason, context)
    recorded = recorded_with_group(evolve(pathway, struck), said, context)
    anew = recorded.model_copy(update={"corrects": wrong.entry, "booking": wrong.booking})
    return _put_right(pathway, [struck, anew], wrong, context)


def strike_out(pathway: Pathway, command: StrikeOut, context: Context) -> list[PathwayEvent]:
    """What was entered in error: it counts no more, and is not to be found in any total."""
    require(
        guards.entry_stands(pathway, command.entry),
        guards.any_entry(pathway) or guards.is_session_or_score(pathway, command.entry),
    )
    wrong = guards.session_of(pathway, command.entry)
    if wrong is None:
        return strike_out_measure(pathway, command, context)
    struck = _struck_out(pathway, wrong, command.reason, context)
    return _put_right(pathway, [struck], wrong, context)


def correct_patient(
    pathway: Pathway, command: CorrectPatient, context: Context
) -> list[PathwayEvent]:
    """Who the patient is. Whoever turns out to be no adult is for the team to decide on.

    A seat that was offered to somebody in another state is offered anew.
    """
    require(guards.entry_stands(pathway, command.entry), guards.is_identity(pathway, command.entry))
    said = command.model_dump(exclude={"entry", "reason"})
    patient = known(pathway.referral).patient.model_copy(update=said)
    corrected = PatientCorrected(
        at=known(pathway.referred_at),
        entry=command.entry,
        patient=patient,
        reason=command.reason,
    )
    elsewhere = evolve(pathway, corrected).lives_in != pathway.lives_in
    offered = seats.withdrawn(pathway, "corrected", context) if elsewhere else []
    today = day_in(context.definition.zone, context.now)
    if age_on(today, patient.birth_date) >= context.definition.policies.adult_age:
        return [corrected, *offered]
    if pathway.status == "closed":
        return [corrected]
    opened = tasks.opened(pathway, "team_decision", context.now, context)
    return [corrected, *offered, *opened]


def _struck_out(
    pathway: Pathway, wrong: Session, reason: str, context: Context
) -> SessionStruckOut:
    quiet, since = _watch_without(pathway, wrong, context)
    return SessionStruckOut(
        at=wrong.held_at,
        entry=wrong.entry,
        kind=wrong.kind,
        phase=wrong.phase,
        attendance=wrong.attendance,
        reason=reason,
        quiet_after=quiet,
        quiet_since=since,
        uncovered=_uncovered(pathway, wrong),
        group_id=wrong.group_id,
        group_session=wrong.group_session,
    )


def _watch_without(
    pathway: Pathway, wrong: Session, context: Context
) -> tuple[datetime | None, datetime | None]:
    """Silence counts from whatever was before, where it had counted from the wrong session."""
    if pathway.quiet_after is None or pathway.quiet_since != wrong.held_at or not wrong.present:
        return pathway.quiet_after, pathway.quiet_since
    seen = [one.held_at for one in _others(pathway, wrong) if one.present]
    since = max([*seen, pathway.stays[-1].entered_at])
    phase = known(context.definition.phase(pathway.stays[-1].phase))
    return quiet_after(context.definition, phase, since), since


def _uncovered(pathway: Pathway, wrong: Session) -> tuple[Uncovered, ...]:
    if wrong not in pathway.since_last_attended() or not wrong.present:
        return ()
    before = pathway.model_copy(update={"sessions": _others(pathway, wrong)})
    return tuple(
        Uncovered(
            entry=one.entry,
            kind=one.kind,
            phase=one.phase,
            held_at=one.held_at,
            length=one.length,
            attendance=one.attendance,
        )
        for one in before.since_last_attended()
    )


def _others(pathway: Pathway, wrong: Session) -> tuple[Session, ...]:
    return tuple(one for one in pathway.sessions if one is not wrong)


def _put_right(
    pathway: Pathway, events: list[PathwayEvent], wrong: Session, context: Context
) -> list[PathwayEvent]:
    """The same with what follows. Of a pathway that is closed nobody is asked anything more."""
    if pathway.status == "closed":
        return events
    after = reduce(evolve, events, pathway)
    anew = next((one for one in events if isinstance(one, SessionRecorded)), None)
    missed = anew is not None and anew.attendance == "missed" != wrong.attendance
    return [
        *events,
        *_start_of_treatment(after, wrong, context),
        *(_without_ground(after, context) if wrong.attendance == "missed" else ()),
        *(answer_to_absence(after, anew, context) if anew else ()),
        *(no_show(after, anew, context) if anew and missed else ()),
    ]


def _start_of_treatment(after: Pathway, wrong: Session, context: Context) -> list[PathwayEvent]:
    """Treatment counts from the first session attended, whichever that is now."""
    begun = min(
        (
            one.held_at
            for one in after.sessions
            if one.present and begins_treatment(one.phase, one.kind, context)
        ),
        default=None,
    )
    since = after.treatment_started_at
    if after.discharged_for or begun == since:
        return []
    if since and since != wrong.held_at and (begun is None or begun > since):
        return []
    return [started(after, begun, context) if begun else TreatmentStartTakenBack(at=wrong.held_at)]


def _without_ground(after: Pathway, context: Context) -> list[PathwayEvent]:
    """Absences that were none ask for nothing any more."""
    kind = absence_task(after.missed_in_a_row(), context.definition.policies)
    needless = _ABSENCES[_ABSENCES.index(kind) + 1 :] if kind else _ABSENCES
    return [*tasks.settled(after, needless, "An attendance was corrected.", context)]
