"""Who leads a group: two trained facilitators, and substitutes for single sessions."""

from functools import reduce

from domain.calendar import day_in
from domain.commands.group import AssignFacilitator, NameSubstitute, RelieveFacilitator
from domain.decider import Context, Reason, require
from domain.events.group import (
    FacilitatorAssigned,
    FacilitatorRelieved,
    GroupEvent,
    SubstituteNamed,
)
from domain.group import guards, guards_on_sessions, tasks
from domain.group.evolve import evolve
from domain.group.foresight import confirmations
from domain.group.local import today, zone_of
from domain.group.state import Group


def assign_facilitator(
    group: Group, command: AssignFacilitator, context: Context
) -> list[GroupEvent]:
    """A clinician with the programme's credential leads the group."""
    require(*_assigning_guards(group, command.clinician_id, context))
    return _confirmed_ahead(group, _assigned(group, command.clinician_id, context), context)


def _assigning_guards(group: Group, clinician_id: str, context: Context) -> list[Reason | None]:
    return [
        guards.not_leading(group, clinician_id),
        guards.credentialed(clinician_id, today(group, context), context),
        guards.leads_no_other_then(group, clinician_id, group.upcoming(context.now), context),
    ]


def _assigned(group: Group, clinician_id: str, context: Context) -> list[GroupEvent]:
    assigned = FacilitatorAssigned(at=context.now, clinician_id=clinician_id)
    return [assigned, *_watch_for_two(evolve(group, assigned), context)]


def _confirmed_ahead(group: Group, changes: list[GroupEvent], context: Context) -> list[GroupEvent]:
    """A change of who leads, and whom somebody has to ask at once about the sessions to come."""
    return [*changes, *confirmations(reduce(evolve, changes, group), context)]


def _watch_for_two(group: Group, context: Context) -> list[GroupEvent]:
    """Somebody looks for facilitators for as long as there are too few."""
    if len(group.facilitators) < context.definition.policies.groups.facilitators:
        return [*tasks.opened(group, "find_facilitators", context.now, context)]
    return [*tasks.settled(group, "find_facilitators", "found", context)]


def relieve_facilitator(
    group: Group, command: RelieveFacilitator, context: Context
) -> list[GroupEvent]:
    """A facilitator goes; a successor, if one is named, comes first."""
    successor = command.successor
    require(
        guards.any_facilitator(group) or guards.leading(group, command.clinician_id),
        guards.enough_left(group, successor, context),
        *(_assigning_guards(group, successor, context) if successor else ()),
    )
    relieved = FacilitatorRelieved(
        at=context.now,
        clinician_id=command.clinician_id,
        reason=command.reason,
        successor=successor,
    )
    gone = tasks.settled(group, "confirm_facilitator", "relieved", context, command.clinician_id)
    came = _assigned(group, successor, context) if successor else []
    after = reduce(evolve, [*came, relieved], group)
    changes = [*came, relieved, *_watch_for_two(after, context), *gone]
    return _confirmed_ahead(group, changes, context)


def name_substitute(group: Group, command: NameSubstitute, context: Context) -> list[GroupEvent]:
    """A trained clinician stands in for a facilitator at one session, and that is recorded."""
    session = group.session(command.session)
    day = day_in(zone_of(group, context), session.starts_at if session else context.now)
    require(
        guards_on_sessions.any_to_come(group)
        or guards_on_sessions.session_known(group, command.session),
        guards_on_sessions.at_stage(session, "planned"),
        guards.any_facilitator(group) or guards.leading(group, command.instead_of),
        guards.not_leading(group, command.clinician_id),
        guards_on_sessions.not_standing_in(session, command.clinician_id, command.instead_of),
        guards.credentialed(command.clinician_id, day, context),
        guards.leads_no_other_then(group, command.clinician_id, [session], context),
    )
    named = SubstituteNamed(
        at=context.now,
        session=command.session,
        clinician_id=command.clinician_id,
        instead_of=command.instead_of,
    )
    return _confirmed_ahead(group, [named], context)
