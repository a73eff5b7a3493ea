"""The local time of a group: that of its sessions."""

from datetime import date

from domain.calendar import day_in
from domain.decider import Context
from domain.group.state import Group


def zone_of(group: Group, context: Context) -> str:
    """The zone of the group's sessions; before they are scheduled, the programme's."""
    return group.rule.zone if group.rule else context.definition.zone


def today(group: Group, context: Context) -> date:
    """The day on which credentials and licences must hold."""
    return day_in(zone_of(group, context), context.now)
