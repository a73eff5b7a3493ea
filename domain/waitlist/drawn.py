"""What pathways and groups say of themselves, as matching reads it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import day_in
from domain.clinician.qualifications import Qualifications
from domain.decider import Context, failed, known
from domain.group.guards_on_seats import (
    cohort_takes_joiners,
    joiners_left,
    led,
    states_served,
    within_reach,
)
from domain.group.local import today, zone_of
from domain.group.state import Group
from domain.pathway.state import Pathway
from domain.programmes.label import programme_of
from domain.waitlist.waiting import OpenGroup, Waiting

_YEAR = timedelta(days=366)
_CHANGING = ZoneInfo("America/New_York")
"""A zone whose clocks change."""


def waiting_of(pathway_id: str, pathway: Pathway) -> Waiting | None:
    """A patient's place on the waitlist; none for whoever does not wait, or has an offer."""
    wait, referral = pathway.waiting, pathway.referral
    if wait is None or referral is None or pathway.status != "open" or pathway.seat_offer:
        return None
    benefits, coverage = pathway.benefits, referral.coverage
    referred_with = coverage.payer if coverage else None
    return Waiting(
        pathway_id=pathway_id,
        urgency=wait.urgency,
        since=wait.since,
        programme=programme_of(pathway.programme),
        phase=known(pathway.phase),
        group_kind=wait.group_kind,
        state=referral.patient.state,
        zone=wait.zone,
        modalities=wait.modalities,
        hours=wait.hours,
        payer=(None if benefits.self_pay else benefits.payer) if benefits else referred_with,
        declined=pathway.declined_groups,
    )


def open_group_of(
    group_id: str, group: Group, staff: Mapping[str, Qualifications], context: Context
) -> OpenGroup | None:
    """A group that goes on meeting; `staff` are its facilitators. `context` has its programme."""
    upcoming = group.upcoming(context.now)
    if group.status != "open" or group.modality is None or group.kind is None or not upcoming:
        return None
    first = upcoming[0]
    seats = min(group.capacity - group.taken, joiners_left(group, context))
    return OpenGroup(
        group_id=group_id,
        programme=programme_of(group.programme),
        kind=group.kind,
        phases=group.phases,
        joined_from=_joined_from(group, context),
        modality=group.modality,
        free=max(seats, 0),
        refused=failed(cohort_takes_joiners(group, context), led(group, context)),
        licensed_in=_licensed_in(group, staff, first.starts_at, context),
        next_session=first.starts_at,
        also_at=_a_year_of(group, context.now),
        length=first.length,
        payers=_payers(context),
    )


def _joined_from(group: Group, context: Context) -> frozenset[str]:
    """The phases that the group serves, and those that lead straight to one of them."""
    phases = context.definition.phases
    return frozenset(one.id for one in phases if within_reach(group, one))


def _payers(context: Context) -> frozenset[str] | None:
    payers = context.definition.policies.benefits.payers
    return None if payers is None else frozenset(payers)


def _a_year_of(group: Group, now: datetime) -> tuple[datetime, ...]:
    """The first time of its rule on each weekday, and after each change of clocks within a year.

    Where clocks of the United States change, they do so on the same days.
    """
    meets = known(group.meets)
    zone, today = ZoneInfo(meets.zone), day_in(meets.zone, now)
    found: dict[tuple[object, ...], datetime] = {}
    for at in meets.between(today, today + _YEAR):
        here, there = at.astimezone(zone), at.astimezone(_CHANGING)
        if at > now:
            found.setdefault((here.weekday(), here.utcoffset(), there.utcoffset()), at)
    return tuple(found.values())


def _licensed_in(
    group: Group, staff: Mapping[str, Qualifications], at: datetime, context: Context
) -> frozenset[str]:
    """The states served today in which every facilitator is licensed at the next session.

    In person the clinic's own licence counts.
    """
    day = day_in(zone_of(group, context), at)
    served = states_served(context.definition, group.modality, today(group, context))
    in_person = group.modality == "in_person"
    leading = [staff[one] for one in group.facilitators]
    return frozenset(
        state
        for state in group.states
        if state in served
        and (in_person or all(one.licensed(state, day, at=context.now) for one in leading))
    )
