"""Seats: asked of a group, offered to the patient, accepted or not, and given up."""

from domain.commands.seats import (
    AcceptSeat,
    DeclineSeat,
    GroupClosed,
    LeaveGroup,
    OfferSeat,
    TransferToGroup,
)
from domain.decider import Context, Deadline, Reason, known, require
from domain.events.pathway import BookingCancelled, PathwayEvent
from domain.events.seats import (
    GroupLost,
    SeatAccepted,
    SeatDeclined,
    SeatLeft,
    SeatOfferBegun,
    SeatOfferExpired,
    SeatOfferWithdrawn,
    WaitlistLeft,
)
from domain.group.seating import Seating
from domain.pathway import guards, phase_guards, tasks
from domain.pathway.state import Pathway
from domain.programmes.label import programme_of


def offer_guards(pathway: Pathway, context: Context) -> list[Reason | None]:
    """A seat is for whom the programme was found to suit, and one is offered at a time."""
    return [
        guards.not_paused(pathway),
        guards.not_discharged(pathway),
        phase_guards.found_suitable(pathway, context.definition.first_phase, context),
        no_offer_under_way(pathway),
    ]


def no_offer_under_way(pathway: Pathway) -> Reason | None:
    if pathway.seat_offer is None:
        return None
    return Reason(
        code="offer_under_way",
        message=f"Offer {pathway.seat_offer.number} is under way: wait for what comes of it.",
    )


def no_seat(pathway: Pathway) -> Reason | None:
    if pathway.group_id is None:
        return None
    return Reason(code="has_seat", message="The patient has a seat: transfer them instead.")


def seated(pathway: Pathway) -> Reason | None:
    if pathway.group_id:
        return None
    return Reason(code="no_seat", message="The patient has no seat in a group.")


def other_group(pathway: Pathway, group_id: str) -> Reason | None:
    if pathway.group_id != group_id:
        return None
    return Reason(code="same_group", message="The patient has a seat in this group already.")


def group_open(pathway: Pathway, group: Seating) -> Reason | None:
    """The group exists, takes patients and belongs to the patient's programme."""
    if group.status == "absent":
        return Reason(code="unknown_group", message="There is no such group: check the id.")
    if group.status == "closed":
        return Reason(code="group_closed", message="The group has closed: offer another one.")
    if programme_of(group.programme) != programme_of(pathway.programme):
        return Reason(code="other_programme", message="The group is of another programme.")
    return None


def group_has_room(group: Seating) -> Reason | None:
    if group.status != "open" or group.free > 0:
        return None
    return Reason(
        code="group_full", message="Every seat of the group is taken or kept for somebody."
    )


def any_offer(pathway: Pathway) -> Reason | None:
    if pathway.seat_offer:
        return None
    return Reason(code="no_offer", message="No seat is on offer.")


def offer_open(pathway: Pathway, number: int) -> Reason | None:
    offer = pathway.seat_offer
    if offer and offer.number == number and offer.standing == "open":
        return None
    return Reason(code="offer_not_open", message=f"No open offer has the number {number}.")


def offer_in_time(pathway: Pathway, number: int, context: Context) -> Reason | None:
    offer = pathway.seat_offer
    if offer is None or offer.number != number or context.now < offer.until:
        return None
    return Reason(code="offer_expired", message="The offer has expired: offer a seat again.")


def offer_seat(pathway: Pathway, command: OfferSeat, context: Context) -> list[PathwayEvent]:
    """The group is asked to keep a seat for as long as the patient has to answer."""
    group = context.facts(command.group_id, Seating)
    require(
        *offer_guards(pathway, context),
        no_seat(pathway),
        group_open(pathway, group),
        group_has_room(group),
    )
    return [_begun(pathway, command.group_id, None, context)]


def transfer_to_group(
    pathway: Pathway, command: TransferToGroup, context: Context
) -> list[PathwayEvent]:
    """A seat in another group is offered; the old one is kept until that one is taken."""
    group = context.facts(command.group_id, Seating)
    require(
        *offer_guards(pathway, context),
        seated(pathway),
        other_group(pathway, command.group_id),
        group_open(pathway, group),
        group_has_room(group),
    )
    return [_begun(pathway, command.group_id, command.reason, context)]


def accept_seat(pathway: Pathway, command: AcceptSeat, context: Context) -> list[PathwayEvent]:
    """The seat is the patient's once the group has filled it."""
    require(
        guards.not_paused(pathway),
        any_offer(pathway) or offer_open(pathway, command.offer),
        offer_in_time(pathway, command.offer, context),
    )
    group_id = known(pathway.seat_offer).group_id
    return [SeatAccepted(at=context.now, offer=command.offer, group_id=group_id)]


def decline_seat(pathway: Pathway, command: DeclineSeat, context: Context) -> list[PathwayEvent]:
    """The place on the waitlist stays; after several declines somebody reviews it."""
    require(any_offer(pathway) or offer_open(pathway, command.offer))
    declined = SeatDeclined(
        at=context.now,
        offer=command.offer,
        group_id=known(pathway.seat_offer).group_id,
        reason=command.reason,
        declines=pathway.seat_declines + 1,
    )
    if declined.declines % context.definition.policies.waitlist.declines_before_review:
        return [declined]
    next_at = pathway.priority_review_at
    review = tasks.opened(pathway, "waitlist_review", context.now, context, next_at=next_at)
    return [declined, *review]


def expire_offer(pathway: Pathway, deadline: Deadline, _context: Context) -> list[PathwayEvent]:
    """The patient has not answered in time."""
    offer = known(pathway.seat_offer)
    return [SeatOfferExpired(at=deadline.at, offer=offer.number, group_id=offer.group_id)]


def leave_group(pathway: Pathway, command: LeaveGroup, context: Context) -> list[PathwayEvent]:
    """The seat is free for somebody else."""
    require(seated(pathway))
    group_id = known(pathway.group_id)
    return [
        SeatLeft(at=context.now, group_id=group_id, reason=command.reason),
        *bookings_given_up(pathway, group_id, context),
    ]


def bookings_given_up(pathway: Pathway, group_id: str, context: Context) -> list[BookingCancelled]:
    """The sessions to come of a group that the patient has left, out of their calendar."""
    return [
        BookingCancelled(at=context.now, booking=booking.number)
        for booking in pathway.bookings
        if booking.group_id == group_id and booking.starts_at > context.now
    ]


def group_closed(pathway: Pathway, command: GroupClosed, context: Context) -> list[PathwayEvent]:
    """Another group has to be found for whoever had a seat in this one.

    A seat in the one that takes over is offered at once; somebody looks after it until it is taken.
    """
    offer = pathway.seat_offer
    if offer and offer.group_id == command.group_id:
        return withdrawn(pathway, "group_closed", context)
    if pathway.group_id != command.group_id:
        return []
    offered = (
        [_begun(pathway, command.successor, None, context)]
        if command.successor and offer is None and pathway.status == "open"
        else []
    )
    return [
        GroupLost(at=context.now, group_id=command.group_id),
        *bookings_given_up(pathway, command.group_id, context),
        *tasks.opened(pathway, "find_group", context.now, context),
        *offered,
    ]


def leaving(pathway: Pathway, context: Context) -> list[PathwayEvent]:
    """What a patient who is discharged gives up: an offer, a seat, a place on the waitlist."""
    why, group_id = "discharged", pathway.group_id
    left = [SeatLeft(at=context.now, group_id=group_id, reason=why)] if group_id else []
    waited = [WaitlistLeft(at=context.now, reason=why)] if pathway.waiting else []
    return [*withdrawn(pathway, why, context), *left, *waited]


def _begun(
    pathway: Pathway, group_id: str, transfer_reason: str | None, context: Context
) -> PathwayEvent:
    return SeatOfferBegun(
        at=context.now,
        offer=pathway.offers_made + 1,
        group_id=group_id,
        until=context.now + context.definition.policies.waitlist.seat_offer_lasts,
        transfer_reason=transfer_reason,
    )


def withdrawn(pathway: Pathway, reason: str, context: Context) -> list[PathwayEvent]:
    """The offer under way, taken back; nothing where there is none."""
    offer = pathway.seat_offer
    if offer is None:
        return []
    return [
        SeatOfferWithdrawn(
            at=context.now, offer=offer.number, group_id=offer.group_id, reason=reason
        )
    ]
