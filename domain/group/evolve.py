"""What each event means for a group. Total: it never refuses and never raises."""

from collections.abc import Mapping
from datetime import timedelta
from functools import singledispatch
from typing import Any

from domain.events import corrections
from domain.events import group as facts
from domain.events.base import Event
from domain.events.group import GroupEvent
from domain.events.group_calendar import Planned
from domain.events.presence import Refusal
from domain.group.correcting import still_counting
from domain.group.reminding import reminded, without
from domain.group.state import (
    STAYS_OPEN,
    Group,
    Incident,
    Member,
    Reservation,
    Rule,
    Session,
    Substitution,
    Task,
)

Changes = Mapping[str, Any]

_REMEMBERED = timedelta(days=8)
"""Longer than a week: who joined before cannot count towards the present one."""


def evolve(group: Group, event: GroupEvent) -> Group:
    """The group after `event`."""
    return group.model_copy(update={"version": group.version + 1, **_changes(event, group)})


@singledispatch
def _changes(_event: Event, _group: Group) -> Changes:
    """The fields that an event changes."""
    return {}


@_changes.register
def _(event: facts.Formed, _group: Group) -> Changes:
    return {"status": "open", **event.model_dump(exclude={"at"})}


@_changes.register
def _(event: facts.ScheduleSet, group: Group) -> Changes:
    rule = Rule(**event.model_dump(exclude={"at"}))
    former = (*group.former_rules, group.rule) if group.rule else group.former_rules
    return {
        "rule": rule,
        "former_rules": former,
        "by_former_rules": group.sessions_planned,
        "planned_until": None,
        "plan_at": None,
    }


@_changes.register
def _(event: facts.SessionsPlanned, group: Group) -> Changes:
    planned = tuple(_session(one) for one in event.sessions)
    return {
        "sessions": (*group.sessions, *planned),
        "sessions_planned": group.sessions_planned + len(planned),
        "planned_until": event.until,
        "plan_at": event.next_at,
    }


@_changes.register
def _(event: facts.SessionCancelled, group: Group) -> Changes:
    return _session_with(group, event.session, stage="cancelled")


@_changes.register
def _(event: facts.SessionRescheduled, group: Group) -> Changes:
    session = group.session(event.session)
    meant = session.moved_from if session else None
    return _session_with(
        group,
        event.session,
        starts_at=event.starts_at,
        record_by=event.record_by,
        moved_from=meant or event.previously,
        remind_at=event.remind_at,
        group_reminds=bool(event.remind_at) or bool(session and session.group_reminds),
    )


@_changes.register
def _(event: facts.SessionReminderFellDue, group: Group) -> Changes:
    sessions = (
        without(one, event.at) if one.number == event.session else one for one in group.sessions
    )
    return {"sessions": tuple(sessions)}


@_changes.register
def _(event: facts.EffectSettled, group: Group) -> Changes:
    return {"sessions": reminded(group, event)}


@_changes.register
def _(event: facts.FacilitatorAssigned, group: Group) -> Changes:
    return {"facilitators": (*group.facilitators, event.clinician_id)}


@_changes.register
def _(event: facts.FacilitatorRelieved, group: Group) -> Changes:
    left = tuple(one for one in group.facilitators if one != event.clinician_id)
    return {"facilitators": left}


@_changes.register
def _(event: facts.SubstituteNamed, group: Group) -> Changes:
    session = group.session(event.session)
    before = session.substitutions if session else ()
    others = tuple(one for one in before if one.instead_of != event.instead_of)
    former = (one.clinician_id for one in before if one.instead_of == event.instead_of)
    stood_in = dict.fromkeys((*(session.stood_in if session else ()), *former))
    named = Substitution(clinician_id=event.clinician_id, instead_of=event.instead_of)
    return _session_with(
        group, event.session, substitutions=(*others, named), stood_in=tuple(stood_in)
    )


@_changes.register
def _(event: facts.SeatReserved, group: Group) -> Changes:
    reserved = Reservation(**event.model_dump(exclude={"at"}))
    return {"reservations": (*_other_reservations(group, event.pathway_id), reserved)}


@_changes.register
def _(event: facts.SeatFilled, group: Group) -> Changes:
    reservation = group.reservation(event.pathway_id)
    joined = (event.at,) if reservation and reservation.staggered else ()
    state = reservation.state if reservation else None
    member = Member(pathway_id=event.pathway_id, since=event.at, state=state)
    lately = (at for at in group.joined_at if at > event.at - _REMEMBERED)
    return {
        "reservations": _other_reservations(group, event.pathway_id),
        "members": (*group.members, member),
        "joined_at": (*lately, *joined),
    }


@_changes.register
def _(event: facts.SeatReleased, group: Group) -> Changes:
    return {
        "reservations": _other_reservations(group, event.pathway_id),
        "members": tuple(one for one in group.members if one.pathway_id != event.pathway_id),
    }


@_changes.register
def _(event: facts.MemberMoved, group: Group) -> Changes:
    moved = (
        one.model_copy(update={"state": event.state}) if one.pathway_id == event.pathway_id else one
        for one in group.members
    )
    return {"members": tuple(moved)}


@_changes.register
def _(event: facts.SessionOpened, group: Group) -> Changes:
    return _session_with(
        group,
        event.session,
        stage="open",
        opened_at=event.at,
        clinicians=event.clinicians,
        admitted=event.admitted,
        not_admitted=event.not_admitted,
    )


@_changes.register
def _(event: facts.MemberAdmitted, group: Group) -> Changes:
    """Whoever comes back with what was missing was not turned away."""
    session = group.session(event.session)
    if session is None:
        return {}
    return _session_with(
        group,
        event.session,
        admitted=(*session.admitted, event.admission),
        not_admitted=_other_refusals(session, event.admission.pathway_id),
    )


@_changes.register
def _(event: facts.MemberNotAdmitted, group: Group) -> Changes:
    session = group.session(event.session)
    if session is None:
        return {}
    others = _other_refusals(session, event.refusal.pathway_id)
    return _session_with(group, event.session, not_admitted=(*others, event.refusal))


@_changes.register
def _(event: facts.SessionHeld, group: Group) -> Changes:
    """Who took part is remembered of the latest session only: the log has the others."""
    sessions = (_forgotten(one) if one.stage == "held" else one for one in group.sessions)
    latest = group.model_copy(update={"sessions": tuple(sessions)})
    return _session_with(latest, event.session, stage="held")


@_changes.register
def _(event: facts.IncidentLogged, group: Group) -> Changes:
    said = event.model_dump(include={"session", "category", "at"})
    return {"incidents": (*group.incidents, Incident(entry=group.version + 1, **said))}


@_changes.register
def _(event: corrections.IncidentStruckOut, group: Group) -> Changes:
    struck_out = (*group.struck_out, event.entry)
    return {"incidents": still_counting(group.incidents, event), "struck_out": struck_out}


@_changes.register
def _(event: facts.TaskOpened, group: Group) -> Changes:
    task = Task(
        number=event.task,
        kind=event.kind,
        opened_at=event.at,
        due_at=event.due_at,
        about=event.about,
    )
    return {"tasks_opened": event.task, "tasks": (*group.tasks, task)}


@_changes.register
def _(event: facts.TaskCompleted, group: Group) -> Changes:
    return {"tasks": tuple(one for one in group.tasks if one.number != event.task)}


@_changes.register
def _(event: facts.Closed, group: Group) -> Changes:
    return {
        "status": "closed",
        "closed_at": event.at,
        "successor": event.successor,
        "facilitators": (),
        "reservations": (),
        "members": (),
        # A concern that the pathway did not take outlives the group.
        "tasks": tuple(one for one in group.tasks if one.kind in STAYS_OPEN),
        "sessions": tuple(
            one.model_copy(update={"stage": "cancelled"}) if one.stage == "planned" else one
            for one in group.sessions
        ),
        "plan_at": None,
    }


def _session(planned: Planned) -> Session:
    return Session(
        number=planned.session,
        day=planned.day,
        starts_at=planned.starts_at,
        length=planned.length,
        record_by=planned.record_by,
        remind_at=planned.remind_at,
        group_reminds=bool(planned.remind_at),
    )


def _forgotten(session: Session) -> Session:
    nobody = {
        "admitted": (),
        "not_admitted": (),
        "clinicians": (),
        "substitutions": (),
        "stood_in": (),
        "reminded": (),
    }
    return session.model_copy(update=nobody)


def _session_with(group: Group, number: int, **fields: object) -> Changes:
    return {
        "sessions": tuple(
            one.model_copy(update=fields) if one.number == number else one for one in group.sessions
        )
    }


def _other_reservations(group: Group, pathway_id: str) -> tuple[Reservation, ...]:
    return tuple(one for one in group.reservations if one.pathway_id != pathway_id)


def _other_refusals(session: Session, pathway_id: str) -> tuple[Refusal, ...]:
    return tuple(one for one in session.not_admitted if one.pathway_id != pathway_id)
