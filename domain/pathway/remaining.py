"""What remains on a pathway's lists when something is cancelled, answered or taken back."""

from domain.events.pathway import PlannedMeasures
from domain.pathway.state import Booking, Consented, Pathway


def other_bookings(pathway: Pathway, number: int | None) -> tuple[Booking, ...]:
    return tuple(booking for booking in pathway.bookings if booking.number != number)


def other_occasions(
    planned: tuple[PlannedMeasures, ...], occasion: str
) -> tuple[PlannedMeasures, ...]:
    return tuple(one for one in planned if one.occasion != occasion)


def unanswered(
    planned: tuple[PlannedMeasures, ...], measure: str, occasions: tuple[str, ...]
) -> tuple[PlannedMeasures, ...]:
    """What is still open once `measure` was answered for `occasions`."""
    remaining = (
        one.model_copy(update={"measures": tuple(m for m in one.measures if m != measure)})
        if one.occasion in occasions
        else one
        for one in planned
    )
    return tuple(one for one in remaining if one.measures)


def other_consents(pathway: Pathway, consent: str) -> tuple[Consented, ...]:
    return tuple(given for given in pathway.consents if given.consent != consent)
