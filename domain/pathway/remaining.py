"""What remains on a pathway's lists when something is cancelled, answered or taken back."""

from typing import Literal, TypeVar

from domain.events.timetable import PlannedMeasures
from domain.pathway.rows import Booking, Consented, OpenMeasures
from domain.pathway.state import Pathway

M = TypeVar("M", bound=PlannedMeasures)


def other_bookings(pathway: Pathway, number: int | None) -> tuple[Booking, ...]:
    return tuple(booking for booking in pathway.bookings if booking.number != number)


def other_occasions(planned: tuple[M, ...], occasion: str) -> tuple[M, ...]:
    return tuple(one for one in planned if one.occasion != occasion)


def met(
    asked: tuple[OpenMeasures, ...], occasion: str, clock: Literal["remind_at", "overdue_at"]
) -> tuple[OpenMeasures, ...]:
    """What is open, once the clock of an occasion has been met."""
    return tuple(
        one.model_copy(update={clock: None}) if one.occasion == occasion else one for one in asked
    )


def unanswered(
    planned: tuple[OpenMeasures, ...], measure: str, occasions: tuple[str, ...]
) -> tuple[OpenMeasures, ...]:
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
