"""The seats of a group: kept while they are offered, filled, given back."""

from domain.commands.group import FillSeat, NoteMove, ReleaseSeat, ReserveSeat
from domain.decider import Context, require
from domain.events.group import (
    GroupEvent,
    MemberMoved,
    SeatFilled,
    SeatReleased,
    SeatReserved,
)
from domain.group import guards_on_seats
from domain.group.evolve import evolve
from domain.group.foresight import confirmations
from domain.group.state import Group
from domain.pathway.standing import Standing


def reserve_seat(group: Group, command: ReserveSeat, context: Context) -> list[GroupEvent]:
    """A seat is kept for a patient until the offer ends; the same offer twice changes nothing."""
    kept = group.reservation(command.pathway_id)
    if kept and kept.offer == command.offer:
        return []
    standing = context.facts(command.pathway_id, Standing)
    free = () if kept else (guards_on_seats.seat_free(group),)
    staggered = () if kept else (guards_on_seats.joins_this_week_left(group, context),)
    require(
        guards_on_seats.not_a_member(group, command.pathway_id),
        *free,
        *staggered,
        guards_on_seats.cohort_takes_joiners(group, context),
        guards_on_seats.offer_runs(command.until, context),
        guards_on_seats.led(group, context),
        guards_on_seats.state_served(group, command.state, context),
        *guards_on_seats.facilitators_licensed_in(group, command.state, context),
        guards_on_seats.under_treatment(standing),
        guards_on_seats.same_programme(group, standing),
        guards_on_seats.phase_within_reach(group, standing, context),
    )
    return [_reserved(group, command, context)]


def _reserved(group: Group, command: ReserveSeat, context: Context) -> SeatReserved:
    return SeatReserved(
        at=context.now,
        pathway_id=command.pathway_id,
        offer=command.offer,
        state=command.state,
        until=command.until,
        free_at=command.until + context.definition.policies.groups.seat_kept_for,
        staggered=guards_on_seats.joins_staggered(group),
    )


def fill_seat(group: Group, command: FillSeat, context: Context) -> list[GroupEvent]:
    """The patient is a member now; told again, it changes nothing."""
    if group.has_member(command.pathway_id):
        return []
    require(
        guards_on_seats.reserved(group, command.pathway_id),
        guards_on_seats.cohort_takes_joiners(group, context),
    )
    return [SeatFilled(at=context.now, pathway_id=command.pathway_id)]


def release_seat(group: Group, command: ReleaseSeat, context: Context) -> list[GroupEvent]:
    """The seat is free again; a seat that nobody has is nothing to give back."""
    member = group.has_member(command.pathway_id)
    if not member and group.reservation(command.pathway_id) is None:
        return []
    return [
        SeatReleased(
            at=context.now, pathway_id=command.pathway_id, reason=command.reason, member=member
        )
    ]


def note_move(group: Group, command: NoteMove, context: Context) -> list[GroupEvent]:
    """A member lives elsewhere: somebody sees to each who leads and has no licence there."""
    lived = {one.pathway_id: one.state for one in group.members}
    if lived.get(command.pathway_id, command.state) == command.state:
        return []
    moved = MemberMoved(at=context.now, pathway_id=command.pathway_id, state=command.state)
    return [moved, *confirmations(evolve(group, moved), context)]
