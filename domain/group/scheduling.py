"""When a group meets: its weekly rule, and the exceptions to it."""

from collections.abc import Iterator
from functools import reduce

from domain.commands.group import CancelSession, RescheduleSession, Schedule
from domain.decider import Context, Reason, known, require
from domain.events.group import (
    GroupEvent,
    ScheduleSet,
    SessionCancelled,
    SessionRescheduled,
)
from domain.group import guards, guards_on_seats, guards_on_sessions, tasks
from domain.group.evolve import evolve
from domain.group.foresight import planned_further
from domain.group.plan import plan_further, record_by
from domain.group.state import Group, Session, Stage
from domain.programmes.definition import SessionPlan
from domain.reminding import reminders

RULE_CHANGED = "The schedule was changed."


def schedule(group: Group, command: Schedule, context: Context) -> list[GroupEvent]:
    """The rule stands; what was planned by an earlier one gives way to what this one plans."""
    since = max(filter(None, (command.since, group.first_on)))
    require(guards.first_day_to_come(since, group.last_on), guards.no_session_open(group))
    events: list[GroupEvent] = [
        ScheduleSet(
            at=context.now,
            weekdays=tuple(sorted(set(command.weekdays))),
            starts=command.starts,
            zone=command.zone,
            length=_session_plan(group, context).length,
            since=since,
            closed_on=tuple(sorted(set(command.closed_on))),
        ),
        *(
            SessionCancelled(at=context.now, session=one.number, reason=RULE_CHANGED)
            for one in group.upcoming(context.now)
        ),
    ]
    planned = planned_further(reduce(evolve, events, group), context)
    after = reduce(evolve, [*events, *planned], group)
    require(
        *(guards.free_every_week(group, one, after.meets, context) for one in group.facilitators),
        *(
            guards_on_seats.no_member_elsewhere(group, one.starts_at, one.length, context)
            for one in after.upcoming(context.now)
        ),
    )
    return [*events, *planned]


def _session_plan(group: Group, context: Context) -> SessionPlan:
    """The programme's plan for the sessions that the group gives."""
    phase = known(context.definition.phase(group.phases[0]))
    return known(phase.session(known(group.session_kind)))


def _exception_guards(group: Group, number: int, *stages: Stage) -> list[Reason | None]:
    """What must hold to cancel or move a session."""
    any_left = (
        guards_on_sessions.any_planned if "open" in stages else guards_on_sessions.any_to_come
    )
    return [
        any_left(group) or guards_on_sessions.session_known(group, number),
        guards_on_sessions.at_stage(group.session(number), *stages),
    ]


def cancel_session(group: Group, command: CancelSession, context: Context) -> list[GroupEvent]:
    """The session does not take place, or is broken off; a cohort makes it up by one more."""
    require(*_exception_guards(group, command.session, "planned", "open"))
    cancelled = SessionCancelled(at=context.now, session=command.session, reason=command.reason)
    after = evolve(group, cancelled)
    made_up = _made_up(after, context)
    about = str(command.session)
    return [
        cancelled,
        *tasks.settled(group, "record_session", "cancelled", context, about),
        *made_up,
    ]


def _made_up(group: Group, context: Context) -> list[GroupEvent]:
    """What a cohort plans instead, once its calendar was laid out to the end."""
    if group.meetings is None or group.plan_at is not None:
        return []
    planned = plan_further(group, context)
    return [one for one in planned if one.sessions or one.next_at]


def reschedule_session(
    group: Group, command: RescheduleSession, context: Context
) -> list[GroupEvent]:
    """The session takes place at another time, and members are told."""
    session = group.session(command.session)
    require(
        *_exception_guards(group, command.session, "planned"),
        guards_on_sessions.in_future(command.starts_at, context),
        *(_new_time_guards(group, session, command, context) if session else ()),
    )
    found = known(session)
    moved = SessionRescheduled(
        at=context.now,
        session=command.session,
        starts_at=command.starts_at,
        zone=known(group.rule).zone,
        previously=found.starts_at,
        record_by=record_by(command.starts_at, found.length, context),
        remind_at=reminders(command.starts_at, context),
    )
    about = str(command.session)
    return [moved, *tasks.settled(group, "record_session", "rescheduled", context, about)]


def _new_time_guards(
    group: Group, session: Session, command: RescheduleSession, context: Context
) -> Iterator[Reason | None]:
    """Neither the group, nor whoever is to lead the session, nor a member is elsewhere then."""
    moved = session.model_copy(update={"starts_at": command.starts_at})
    yield guards_on_sessions.no_session_overlaps(group, moved.starts_at, moved.length, moved.number)
    for clinician_id in group.led_by(session):
        yield guards.leads_no_other_then(group, clinician_id, [moved], context)
    yield guards_on_seats.no_member_elsewhere(group, moved.starts_at, moved.length, context)
