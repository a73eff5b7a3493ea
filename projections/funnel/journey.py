"""A pathway's way through the phases, and its times on the waitlist."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from domain.events.pathway import Discharged, PathwayEvent
from domain.events.seats import SeatFilled, WaitlistJoined, WaitlistLeft
from domain.pathway.evolve import evolve
from domain.pathway.state import Pathway
from domain.value import Value
from projections.folded.entity import Folding

Waited = Literal["seated", "left"]

REMEMBERED = (
    "status",
    "programme",
    "referred_at",
    "stays",
    "discharged_for",
    "closed_at",
)
"""The fields of a pathway that a row here follows from."""


class Wait(Value):
    """A time on the waitlist; the present one has neither end nor outcome."""

    group_kind: str
    since: AwareDatetime
    until: AwareDatetime | None = None
    outcome: Waited | None = None


class Journey(Value):
    """A pathway, its times on the waitlist, and the number of the stay that a discharge ended."""

    pathway: Pathway = Pathway()
    waits: tuple[Wait, ...] = ()
    discharged_in: int | None = None

    @property
    def status(self) -> str:
        return self.pathway.status


@dataclass(frozen=True, slots=True)
class StayRow:
    """A stay in a phase. `number` counts from 1; the present stay has not been left.

    `programme` is the name without its version. `next_phase` is where the stay led to; `outcome`
    is `moved_on`, the reason of a discharge that came in this stay, `closed`, or absent so far.
    """

    pathway_id: str
    number: int
    programme: str
    phase: str
    entered_at: datetime
    left_at: datetime | None
    next_phase: str | None
    outcome: str | None
    referred_at: datetime


@dataclass(frozen=True, slots=True)
class WaitRow:
    """A time on the waitlist for a kind of group."""

    pathway_id: str
    number: int
    programme: str
    group_kind: str
    since: datetime
    until: datetime | None
    outcome: Waited | None


def journey(before: Journey, event: PathwayEvent) -> Journey:
    """The same after one more event. An offer ends no wait: a seat does."""
    waits, discharged_in = before.waits, before.discharged_in
    match event:
        case WaitlistJoined(at=at, group_kind=kind):
            waits = (*_ended(waits, at, "left"), Wait(group_kind=kind, since=at))
        case SeatFilled(at=at):
            waits = _ended(waits, at, "seated")
        case WaitlistLeft(at=at):
            waits = _ended(waits, at, "left")
        case Discharged():
            discharged_in = len(before.pathway.stays)
        case _:
            pass
    return Journey(pathway=evolve(before.pathway, event), waits=waits, discharged_in=discharged_in)


def remembered(before: Journey) -> Journey:
    """The same without what no row here follows from."""
    kept = {name: getattr(before.pathway, name) for name in REMEMBERED}
    return before.model_copy(update={"pathway": Pathway().model_copy(update=kept)})


def rows_of(pathway_id: str, folding: Folding[Journey]) -> Iterator[StayRow | WaitRow]:
    """Every stay and every wait of a pathway that was referred."""
    pathway = folding.state.pathway
    if pathway.programme is None or pathway.referred_at is None:
        return
    programme = pathway.programme.partition("@")[0]
    for number, stay in enumerate(pathway.stays, 1):
        last = number == len(pathway.stays)
        left_at = (pathway.closed_at if last else None) or stay.left_at
        yield StayRow(
            pathway_id,
            number,
            programme=programme,
            phase=stay.phase,
            entered_at=stay.entered_at,
            left_at=left_at,
            next_phase=None if last else pathway.stays[number].phase,
            outcome=_outcome(folding.state, number) if left_at else None,
            referred_at=pathway.referred_at,
        )
    for number, wait in enumerate(folding.state.waits, 1):
        yield WaitRow(pathway_id, number, programme, **dict(wait))


def _outcome(state: Journey, number: int) -> str | None:
    """A discharge belongs to the stay that it ended, not to the follow-up that it opened."""
    if number == state.discharged_in:
        return state.pathway.discharged_for
    return "moved_on" if number < len(state.pathway.stays) else "closed"


def _ended(waits: tuple[Wait, ...], at: datetime, outcome: Waited) -> tuple[Wait, ...]:
    if not waits or waits[-1].until is not None:
        return waits
    return (*waits[:-1], waits[-1].model_copy(update={"until": at, "outcome": outcome}))
