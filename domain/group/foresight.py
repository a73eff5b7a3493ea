"""Whether those who are to lead the sessions to come may still do so on their days."""

from datetime import date
from functools import reduce

from domain.calendar import day_in
from domain.decider import Context, failed
from domain.events.group import GroupEvent, TaskOpened
from domain.group import guards, guards_on_seats, tasks
from domain.group.evolve import evolve
from domain.group.local import zone_of
from domain.group.plan import plan_further
from domain.group.state import Group


def clinicians_ahead(group: Group) -> tuple[str, ...]:
    """The facilitators, and who stands in at a session to come: also for one who may come back."""
    planned = (one for one in group.sessions if one.stage == "planned")
    stand_ins = (named.clinician_id for one in planned for named in one.substitutions)
    return (*group.facilitators, *stand_ins)


def planned_further(group: Group, context: Context) -> list[GroupEvent]:
    """The sessions that are due to be planned, and whom somebody has to ask about them."""
    planned = plan_further(group, context)
    return [*planned, *confirmations(reduce(evolve, planned, group), context)]


def confirmations(group: Group, context: Context) -> list[TaskOpened]:
    """A task for each who will not be qualified on the day of a session that they are to lead.

    It is open once however many sessions it is about, and comes back if nothing was done.
    """
    opened: list[TaskOpened] = []
    for clinician_id in _unqualified(group, context):
        after = reduce(evolve, opened, group)
        opened += tasks.opened(after, "confirm_facilitator", context.now, context, clinician_id)
    return opened


def _unqualified(group: Group, context: Context) -> list[str]:
    zone = zone_of(group, context)
    found = [
        clinician_id
        for session in group.upcoming(context.now)
        for clinician_id in group.led_by(session)
        if not _qualified(group, clinician_id, day_in(zone, session.starts_at), context)
    ]
    return list(dict.fromkeys(found))


def _qualified(group: Group, clinician_id: str, day: date, context: Context) -> bool:
    """Trained on that day and, unless all meet in person, licensed wherever members live."""
    states = () if group.modality == "in_person" else _states(group)
    return not failed(
        guards.credentialed(clinician_id, day, context),
        *(guards_on_seats.licensed(clinician_id, one, day, context) for one in states),
    )


def _states(group: Group) -> list[str]:
    return sorted({one.state for one in group.members if one.state})
