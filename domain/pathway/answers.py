"""What follows from the answers to what a pathway asked of others."""

from domain.commands.base import SettleEffect
from domain.decider import Context
from domain.events.pathway import PathwayEvent, TaskKind
from domain.events.seats import SeatFilled, SeatNotGranted, SeatOffered
from domain.pathway import asking, benefits, care_team, seats, tasks
from domain.pathway.arrangements import SeatOffer
from domain.pathway.state import Pathway

_OVER_BY_SEAT: tuple[TaskKind, ...] = ("find_group", "waitlist_review")


def answers(pathway: Pathway, command: SettleEffect, context: Context) -> list[PathwayEvent]:
    """The consequences; none of an answer for which nobody waits any more."""
    what, number = asking.numbered(command.effect)
    if number is None or pathway.status in ("closed", "erased"):
        return []
    done = command.outcome == "done"
    match what:
        case asking.RESERVE_SEAT:
            return _reserved(_offer(pathway, number, "asked"), command, context)
        case asking.FILL_SEAT:
            return _filled(pathway, _offer(pathway, number, "accepted"), command, context)
        case asking.TAKE_ON if not done:
            return care_team.unavailable(pathway, number, _reasons(command), context)
        case asking.BENEFITS_CHECK if not done:
            return benefits.unanswered(pathway, number, context)
        case _:
            return []


def _reserved(
    offer: SeatOffer | None, command: SettleEffect, context: Context
) -> list[PathwayEvent]:
    if offer is None:
        return []
    if command.outcome == "done":
        return [
            SeatOffered(
                at=context.now, offer=offer.number, group_id=offer.group_id, until=offer.until
            )
        ]
    return [_not_granted(offer, command, context)]


def _filled(
    pathway: Pathway, offer: SeatOffer | None, command: SettleEffect, context: Context
) -> list[PathwayEvent]:
    """A seat that is lost although the patient accepted it is somebody's task."""
    if offer is None:
        return []
    if command.outcome != "done":
        lost = tasks.opened(pathway, "find_group", context.now, context)
        return [_not_granted(offer, command, context), *lost]
    filled = SeatFilled(
        at=context.now, offer=offer.number, group_id=offer.group_id, left=pathway.group_id
    )
    given_up = (
        seats.bookings_given_up(pathway, pathway.group_id, context) if pathway.group_id else []
    )
    return [
        filled,
        *given_up,
        *tasks.settled(pathway, _OVER_BY_SEAT, "The patient has a seat.", context),
    ]


def _not_granted(offer: SeatOffer, command: SettleEffect, context: Context) -> PathwayEvent:
    return SeatNotGranted(
        at=context.now, offer=offer.number, group_id=offer.group_id, reasons=_reasons(command)
    )


def _offer(pathway: Pathway, number: int, standing: str) -> SeatOffer | None:
    offer = pathway.seat_offer
    return offer if offer and (offer.number, offer.standing) == (number, standing) else None


def _reasons(command: SettleEffect) -> tuple[str, ...]:
    """The codes of the refusal, or what came of asking if there was no answer."""
    return command.reasons or (command.outcome,)
