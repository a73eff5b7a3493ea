"""The guards on the seats of a group: who may still join, and whom its facilitators may treat."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.calendar import week_in
from domain.clinician.qualifications import Qualifications
from domain.decider import Context, Reason
from domain.group.local import today, zone_of
from domain.group.state import Group
from domain.pathway.standing import Standing
from domain.programmes.definition import Definition, Phase
from domain.programmes.label import programme_of


def not_a_member(group: Group, pathway_id: str) -> Reason | None:
    if not group.has_member(pathway_id):
        return None
    return Reason(code="already_member", message="The patient has a seat in this group already.")


def seat_free(group: Group) -> Reason | None:
    """At most eight, reservations included."""
    if group.taken < group.capacity:
        return None
    return Reason(
        code="group_full",
        message=f"All {group.capacity} seats are filled or kept for somebody: "
        "wait for one, or offer another group.",
    )


def joins_this_week_left(group: Group, context: Context) -> Reason | None:
    """Joiners of a slow-open group that has met are staggered; founding members are not."""
    if joiners_left(group, context) > 0:
        return None
    at_most = context.definition.policies.groups.joiners_per_week
    return Reason(
        code="joiners_this_week",
        message=f"At most {at_most} join in a week, seats on offer included: offer it later.",
    )


def joiners_left(group: Group, context: Context) -> int:
    """How many may still be offered a seat this week, whether or not there are seats."""
    if not joins_staggered(group):
        return group.capacity
    zone = zone_of(group, context)
    week = week_in(zone, context.now)
    joined = sum(week_in(zone, at) == week for at in group.joined_at)
    joining = sum(one.staggered for one in group.reservations)
    return context.definition.policies.groups.joiners_per_week - joined - joining


def joins_staggered(group: Group) -> bool:
    """A cohort starts together, and so does a slow-open group that has not met yet."""
    return group.joins_before is None and group.has_met


def cohort_takes_joiners(group: Group, context: Context) -> Reason | None:
    """An introduction takes joiners only before its second session."""
    before = group.joins_before
    taking_place = group.taking_place
    if before is None or len(taking_place) < before:
        return None
    closing = taking_place[before - 1]
    if closing.stage == "planned" and context.now < closing.starts_at:
        return None
    return Reason(
        code="joining_closed",
        message=f"Session {closing.number} has begun, and nobody joins this group any more: "
        "offer the next one.",
    )


def offer_runs(until: datetime, context: Context) -> Reason | None:
    if until > context.now:
        return None
    return Reason(code="offer_over", message="The offer has ended: make another one.")


def led(group: Group, context: Context) -> Reason | None:
    needed = context.definition.policies.groups.facilitators
    if len(group.facilitators) >= needed:
        return None
    return Reason(
        code="too_few_facilitators", message=f"The group needs {needed} facilitators first."
    )


def state_served(group: Group, state: str, context: Context) -> Reason | None:
    """The group is for that state, and the programme serves it today in the group's modality."""
    served = states_served(context.definition, group.modality, today(group, context))
    if state in group.states and state in served:
        return None
    names = ", ".join(one for one in group.states if one in served) or "no state"
    return Reason(
        code="state_not_served", message=f"The group is for patients in {names}, not in {state}."
    )


def facilitators_licensed_in(group: Group, state: str, context: Context) -> Iterable[Reason | None]:
    """Every facilitator may treat patients who are in that state, today."""
    return (licensed(one, state, today(group, context), context) for one in group.facilitators)


def licensed(clinician_id: str, state: str, day: date, context: Context) -> Reason | None:
    if context.facts(clinician_id, Qualifications).licensed(state, day, at=context.now):
        return None
    return Reason(
        code="facilitator_not_licensed",
        message=f"{clinician_id} has no licence for {state} on {day.isoformat()}.",
    )


def phase_within_reach(group: Group, standing: Standing, context: Context) -> Reason | None:
    """The patient is in a phase that the group serves, or in one that leads straight to it."""
    phase = context.definition.phase(standing.phase or "")
    if phase and within_reach(group, phase):
        return None
    return Reason(
        code="phase_not_served",
        message=f"The group is for patients in: {', '.join(group.phases)}.",
    )


def within_reach(group: Group, phase: Phase) -> bool:
    return bool({phase.id, *phase.leads_to} & set(group.phases))


def under_treatment(standing: Standing) -> Reason | None:
    if standing.status not in ("absent", "closed", "erased"):
        return None
    return Reason(code="pathway_closed", message="The patient's pathway is not open.")


def same_programme(group: Group, standing: Standing) -> Reason | None:
    """Another version of the group's programme will do."""
    if programme_of(standing.programme) == programme_of(group.programme):
        return None
    return Reason(
        code="other_programme", message=f"The group is one of {programme_of(group.programme)}."
    )


def reserved(group: Group, pathway_id: str) -> Reason | None:
    if group.reservation(pathway_id):
        return None
    return Reason(
        code="no_reservation", message="No seat is kept for the patient any more: offer one again."
    )


def states_served(definition: Definition, modality: str | None, day: date) -> tuple[str, ...]:
    """The states that the programme serves on a day: hybrid groups reach what virtual ones do."""
    service = "in_person" if modality == "in_person" else "virtual"
    served = (one for one in definition.served_states if one.covers(day))
    return tuple(dict.fromkeys(one.state for one in served if service in one.services))


def no_member_elsewhere(
    group: Group, start: datetime, length: timedelta, context: Context
) -> Reason | None:
    """Nobody is to be in the group and to be seen alone at once."""
    for one in group.members:
        if context.facts(one.pathway_id, Standing).elsewhere(start, length):
            return Reason(
                code="member_elsewhere",
                message=f"{one.pathway_id} has a session of their own at that time: "
                "choose another time, or move that one first.",
            )
    return None
