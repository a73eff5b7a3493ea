"""The local time of a group: that of its sessions."""

from datetime import date

from domain.calendar import day_in
from domain.decider import Context
from domain.group.state import Group, Session


def zone_of(group: Group, context: Context) -> str:
    """The zone of the group's sessions; before they are scheduled, the programme's."""
    return group.rule.zone if group.rule else context.definition.zone


def today(group: Group, context: Context) -> date:
    """The day on which credentials and licences must hold."""
    return day_in(zone_of(group, context), context.now)


def days_of(group: Group, session: Session | None, context: Context) -> tuple[date, ...]:
    """The days on which they must hold for a session: today, and that of its start.

    One that begins at midnight is opened the day before, and joined late the day after it began.
    """
    instants = (context.now, session.starts_at) if session else (context.now,)
    zone = zone_of(group, context)
    return tuple(dict.fromkeys(day_in(zone, one) for one in instants))
