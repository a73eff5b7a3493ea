"""The guards of a group: each gives `None` while it holds, or the reason why it does not.

The same guards decide and tell what is permitted. Those on seats, on sessions and on who may take
part stand in modules of their own.
"""

from collections.abc import Iterable
from datetime import date

from domain.clinician.guards import leads_elsewhere
from domain.clinician.qualifications import Qualifications
from domain.clinician.state import Leading, Reserved
from domain.decider import Context, Reason
from domain.group.state import Group, Session
from domain.programmes.definition import Definition
from domain.weekly import Weekly


def not_yet_formed(group: Group) -> Reason | None:
    if group.status == "absent":
        return None
    return Reason(code="already_formed", message="This group is formed already: use a new id.")


def formed(group: Group) -> Reason | None:
    if group.status != "absent":
        return None
    return Reason(code="unknown_group", message="There is no such group: form it first.")


def not_closed(group: Group) -> Reason | None:
    if group.status != "closed":
        return None
    return Reason(
        code="group_closed", message="The group is closed: form another, or use its successor."
    )


def programme_in_force(definition: Definition, programme: str) -> Reason | None:
    """The decision is taken by the very version that the command names."""
    if programme == definition.label:
        return None
    return Reason(
        code="other_programme",
        message=f"The programme version at hand is {definition.label}: form the group on that one.",
    )


def kind_known(definition: Definition, kind: str) -> Reason | None:
    if definition.group_kind(kind):
        return None
    kinds = ", ".join(one.id for one in definition.group_kinds) or "none"
    return Reason(code="unknown_group_kind", message=f"The programme has these groups: {kinds}.")


def capacity_allowed(capacity: int | None, context: Context) -> Reason | None:
    """A hard cap: up to eight members, unless the programme says otherwise."""
    cap = context.definition.policies.groups.capacity
    if capacity is None or capacity <= cap:
        return None
    return Reason(code="capacity_too_large", message=f"A group has at most {cap} seats.")


def states_in_service(group_states: tuple[str, ...], served: tuple[str, ...]) -> Reason | None:
    """The programme serves, in the group's modality, every state that the group is for."""
    missing = [one for one in group_states if one not in served]
    if not missing and served:
        return None
    names = ", ".join(served) or "no state"
    return Reason(
        code="state_not_served", message=f"In this modality the programme serves {names}."
    )


def first_day_to_come(first_on: date | None, last_on: date | None) -> Reason | None:
    """The rule begins while the group may still meet."""
    if first_on is None or last_on is None or first_on <= last_on:
        return None
    return Reason(
        code="after_last_day", message=f"The group meets until {last_on.isoformat()} at the latest."
    )


def not_leading(group: Group, clinician_id: str) -> Reason | None:
    if clinician_id not in group.facilitators:
        return None
    return Reason(code="already_facilitator", message="This clinician leads the group already.")


def any_facilitator(group: Group) -> Reason | None:
    if group.facilitators:
        return None
    return Reason(code="no_facilitator", message="Nobody leads the group yet.")


def leading(group: Group, clinician_id: str) -> Reason | None:
    if clinician_id in group.facilitators:
        return None
    return Reason(
        code="not_a_facilitator",
        message=f"The group is led by {', '.join(group.facilitators)}.",
    )


def credentialed(clinician_id: str, day: date, context: Context) -> Reason | None:
    """Facilitators are specifically trained: the credential holds on that day."""
    credential = context.definition.policies.groups.credential
    facts = context.facts(clinician_id, Qualifications)
    if facts.credentialed(credential, day, at=context.now):
        return None
    return Reason(
        code="not_credentialed",
        message=f"{clinician_id} has no {credential} credential on {day.isoformat()}: "
        "record it, or choose somebody who has.",
    )


def leads_no_other_then(
    group: Group, clinician_id: str, sessions: Iterable[Session | None], context: Context
) -> Reason | None:
    """Nobody is in the sessions of two groups at once."""
    weekly, reserved = _elsewhere(group, clinician_id, context)
    others: list[Leading | Reserved] = [*weekly, *reserved]
    for session in filter(None, sessions):
        for other in others:
            if other.occupies(session.starts_at, session.length):
                return leads_elsewhere(other.group_id, clinician_id)
    return None


def free_every_week(
    group: Group, clinician_id: str, meets: Weekly | None, context: Context
) -> Reason | None:
    """The group does not come to meet when one of its facilitators is with another."""
    weekly, reserved = _elsewhere(group, clinician_id, context)
    for one in weekly if meets else ():
        if meets and meets.overlaps(one.meets, context.now.date()):
            return leads_elsewhere(one.group_id, clinician_id)
    for other in reserved if meets else ():
        if meets and meets.occupies(other.starts_at, other.length):
            return leads_elsewhere(other.group_id, clinician_id)
    return None


def _elsewhere(
    group: Group, clinician_id: str, context: Context
) -> tuple[list[Leading], list[Reserved]]:
    """When a clinician is with other groups, every week and at single sessions."""
    known = context.facts(clinician_id, Qualifications)
    return (
        [one for one in known.leading if not group.meant_by(one.meets)],
        [one for one in known.reserved if not group.reserved_by(clinician_id, one)],
    )


def enough_left(group: Group, successor: str | None, context: Context) -> Reason | None:
    """Two facilitators stay while the group has sessions left."""
    needed = context.definition.policies.groups.facilitators
    left = len(group.facilitators) - 1 + (successor is not None)
    if left >= needed or not _goes_on(group):
        return None
    return Reason(
        code="too_few_facilitators",
        message=f"A group that goes on has {needed} facilitators: name a successor.",
    )


def _goes_on(group: Group) -> bool:
    """Sessions are still to be held, or may still be planned."""
    waiting = any(one.stage in ("planned", "open") for one in group.sessions)
    return waiting or group.plan_at is not None


def no_session_open(group: Group) -> Reason | None:
    running = next((one for one in group.sessions if one.stage == "open"), None)
    if running is None:
        return None
    return Reason(
        code="session_open", message=f"Session {running.number} is open: record how it was held."
    )


def any_task(group: Group) -> Reason | None:
    if group.tasks:
        return None
    return Reason(code="no_task", message="No task is open.")


def task_open(group: Group, number: int) -> Reason | None:
    if any(task.number == number for task in group.tasks):
        return None
    return Reason(code="unknown_task", message=f"No open task has the number {number}.")
