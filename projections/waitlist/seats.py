"""A pathway as the waitlist sees it: the place in the line, and every seat held so far."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from domain.events.pathway import PathwayEvent
from domain.events.seats import GroupLost, SeatFilled, SeatLeft
from domain.pathway.evolve import evolve
from domain.pathway.state import Pathway
from domain.value import Value

Ending = Literal["planned", "moved", "closed", "dropped"]
"""As planned or for good reason, for another group, with the group, or before its time."""

COMPLETED = ("completed", "completed_early")

REMEMBERED = (
    "status",
    "programme",
    "stays",
    "referral",
    "benefits",
    "waiting",
    "seat_offer",
    "declined_groups",
    "group_id",
    "treatment_ends_at",
    "discharged_for",
)
"""The fields of a pathway that a row here follows from; of its stays, the present one alone."""


class Spell(Value):
    """A seat held in a group; the present one has neither end nor ending."""

    group_id: str
    joined_at: AwareDatetime
    left_at: AwareDatetime | None = None
    ending: Ending | None = None


class Seated(Value):
    """A pathway, and its seats in the order in which they were taken."""

    pathway: Pathway = Pathway()
    spells: tuple[Spell, ...] = ()

    @property
    def status(self) -> str:
        return self.pathway.status


def seated(before: Seated, event: PathwayEvent) -> Seated:
    """The same after one more event."""
    spells = before.spells
    match event:
        case SeatFilled(at=at, group_id=group_id):
            joined = Spell(group_id=group_id, joined_at=at)
            spells = (*_ended(spells, at, "moved"), joined)
        case SeatLeft(at=at):
            spells = _ended(spells, at, _ending(before.pathway, at))
        case GroupLost(at=at):
            spells = _ended(spells, at, "closed")
        case _:
            pass
    return Seated(pathway=evolve(before.pathway, event), spells=spells)


def remembered(seated_: Seated) -> Seated:
    """The same without what no row here follows from."""
    kept = {name: getattr(seated_.pathway, name) for name in REMEMBERED}
    kept["stays"] = seated_.pathway.stays[-1:]
    return seated_.model_copy(update={"pathway": Pathway().model_copy(update=kept)})


def _ended(spells: tuple[Spell, ...], at: datetime, ending: Ending) -> tuple[Spell, ...]:
    if not spells or spells[-1].left_at is not None:
        return spells
    return (*spells[:-1], spells[-1].model_copy(update={"left_at": at, "ending": ending}))


def _ending(pathway: Pathway, at: datetime) -> Ending:
    """Whoever completes treatment, or stays to its planned end, has not dropped out."""
    ends_at = pathway.treatment_ends_at
    if pathway.discharged_for in COMPLETED or (ends_at is not None and at >= ends_at):
        return "planned"
    return "dropped"
