"""Which clinicians are told of single sessions: that they lead one, or are free when it was to be.

Their weekly times they are told with `lead`; so nobody is asked to be in two sessions at once.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import singledispatch

from domain.calendar import day_in
from domain.decider import ITSELF, Effect, tell
from domain.events import group as facts
from domain.events.base import Event
from domain.group.state import Group, Session


@singledispatch
def times_told(_event: Event, _group: Group) -> Iterable[Effect]:
    """What each is told because of an event; nothing by most."""
    return ()


@times_told.register
def _(event: facts.SessionsPlanned, group: Group) -> Iterable[Effect]:
    """On holidays and other days that are left out nobody leads the group."""
    days = {one.day for one in event.skipped}
    for at in group.left_out(event.at):
        if day_in(event.zone, at) in days:
            for clinician_id in group.facilitators:
                yield _not_meant(clinician_id, at)


@times_told.register
def _(event: facts.SessionOpened, group: Group) -> Iterable[Effect]:
    """Who has come to lead it may be others than were to."""
    session = _session(group, event.session)
    meant = group.led_by(session)
    for one in meant:
        if one not in event.clinicians:
            yield _freed(one, session, session.starts_at)
    for one in event.clinicians:
        if one not in meant:
            yield _reserved(one, session)


@times_told.register
def _(event: facts.SubstituteNamed, group: Group) -> Iterable[Effect]:
    session = _session(group, event.session)
    yield _reserved(event.clinician_id, session)
    leading = group.led_by(session)
    for one in dict.fromkeys((event.instead_of, *session.stood_in)):
        if one not in leading:
            yield _freed(one, session, session.starts_at)


@times_told.register
def _(event: facts.SessionRescheduled, group: Group) -> Iterable[Effect]:
    session = _session(group, event.session)
    for one in group.led_by(session):
        yield _freed(one, session, event.previously)
        yield _reserved(one, session)


@times_told.register
def _(event: facts.SessionCancelled, group: Group) -> Iterable[Effect]:
    """What an earlier rule had planned was no time of the present one."""
    session = _session(group, event.session)
    by_rule = session.moved_from is None and session.number <= group.by_former_rules
    for one in group.led_by(session):
        if not by_rule or one not in group.facilitators:
            yield _freed(one, session, session.starts_at)


@times_told.register(facts.FacilitatorAssigned)
@times_told.register(facts.FacilitatorConfirmed)
def _(
    event: facts.FacilitatorAssigned | facts.FacilitatorConfirmed, group: Group
) -> Iterable[Effect]:
    """Whoever comes to lead the group learns in which weeks it is otherwise."""
    for session in group.sessions[group.by_former_rules :]:
        leads = session.takes_place and event.clinician_id in group.led_by(session)
        meant = session.moved_from or session.starts_at
        if meant > event.at and (session.moved_from or not leads):
            yield _freed(event.clinician_id, session, meant)
        if leads and session.moved_from and session.starts_at > event.at:
            yield _reserved(event.clinician_id, session)
    for at in group.left_out(event.at):
        yield _not_meant(event.clinician_id, at)


@times_told.register
def _(event: facts.FacilitatorRelieved, group: Group) -> Iterable[Effect]:
    """Nobody stands in for somebody who leads the group no more."""
    for session in group.upcoming(event.at):
        for one in session.substitutions:
            if one.instead_of == event.clinician_id:
                yield _freed(one.clinician_id, session, session.starts_at)


@times_told.register
def _(event: facts.Closed, group: Group) -> Iterable[Effect]:
    """The facilitators step down, and are free with that."""
    for number in event.sessions:
        session = _session(group, number)
        for one in session.substitutions:
            yield _freed(one.clinician_id, session, session.starts_at)


def _session(group: Group, number: int) -> Session:
    return next(one for one in group.sessions if one.number == number)


def _reserved(clinician_id: str, session: Session) -> Effect:
    return tell(
        clinician_id,
        "reserve_time",
        name=f"reserve_time {session.number} {clinician_id}",
        group_id=ITSELF,
        session=session.number,
        starts_at=session.starts_at.isoformat(),
        length=session.length.total_seconds(),
    )


def _not_meant(clinician_id: str, at: datetime) -> Effect:
    """The group does not meet at a time that its rule has."""
    said = at.isoformat()
    return tell(
        clinician_id,
        "free_time",
        name=f"free_time {said} {clinician_id}",
        group_id=ITSELF,
        starts_at=said,
    )


def _freed(clinician_id: str, session: Session, starts_at: datetime) -> Effect:
    return tell(
        clinician_id,
        "free_time",
        name=f"free_time {session.number} {clinician_id}",
        group_id=ITSELF,
        session=session.number,
        starts_at=starts_at.isoformat(),
    )
