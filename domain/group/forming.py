"""A group begins and ends: formed for a kind of a programme, closed for a reason."""

from domain.calendar import day_in
from domain.commands.group import Close, Form
from domain.decider import Context, Reason, known, require
from domain.events.group import Closed, Formed, GroupEvent
from domain.group import guards, tasks
from domain.group.evolve import evolve
from domain.group.guards_on_seats import states_served
from domain.group.seating import Seating, seating
from domain.group.state import Group
from domain.programmes.label import programme_of


def form(group: Group, command: Form, context: Context) -> list[GroupEvent]:
    """The group is there, and somebody has to find its facilitators."""
    served = states_served(
        context.definition, command.modality, day_in(context.definition.zone, context.now)
    )
    require(
        guards.not_yet_formed(group),
        guards.programme_in_force(context.definition, command.programme),
        guards.kind_known(context.definition, command.kind),
        guards.capacity_allowed(command.capacity, context),
        guards.states_in_service(command.states, served),
    )
    formed = _formed(command, command.states or served, context)
    opened = tasks.opened(evolve(group, formed), "find_facilitators", context.now, context)
    return [formed, *opened]


def _formed(command: Form, states: tuple[str, ...], context: Context) -> Formed:
    kind = known(context.definition.group_kind(command.kind))
    return Formed(
        at=context.now,
        programme=command.programme,
        kind=kind.id,
        title=command.title or kind.title,
        session_kind=kind.session,
        phases=kind.phases,
        modality=command.modality,
        states=states,
        capacity=command.capacity or context.definition.policies.groups.capacity,
        first_on=command.first_on,
        last_on=command.last_on,
        meetings=kind.meetings,
        joins_before=kind.joins_before,
    )


def successor_takes_over(group: Group, successor: str | None, context: Context) -> Reason | None:
    """The group in which members may go on is another one, open, and of the same programme."""
    if successor is None:
        return None
    other = context.facts(successor, Seating)
    same_programme = programme_of(other.programme) == programme_of(group.programme)
    if other.status == "open" and same_programme and other != seating(group):
        return None
    return Reason(
        code="no_successor",
        message="The successor has to be another open group of this programme: check the id.",
    )


def close_guards(group: Group) -> list[Reason | None]:
    return [guards.no_session_open(group)]


def close(group: Group, command: Close, context: Context) -> list[GroupEvent]:
    """The group ends: members and facilitators are told, offers lapse, nothing is planned."""
    require(*close_guards(group), successor_takes_over(group, command.successor, context))
    return [
        Closed(
            at=context.now,
            reason=command.reason,
            successor=command.successor,
            members=tuple(one.pathway_id for one in group.members),
            waiting=tuple(one.pathway_id for one in group.reservations),
            facilitators=group.facilitators,
            sessions=tuple(one.number for one in group.unrecorded),
        )
    ]
