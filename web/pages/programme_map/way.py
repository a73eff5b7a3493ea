"""You are here: the phases of a programme along one patient's way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.pathway.state import Pathway
from domain.programmes.definition import Definition

Passed = Literal["left", "here", "passed_by", "ahead"]


@dataclass(frozen=True, slots=True)
class WayMark:
    """A phase on the way. `since` is when it was entered the last time, `until` when left."""

    title: str
    passed: Passed
    since: datetime | None = None
    until: datetime | None = None


def way_of(pathway: Pathway, programme: Definition | None) -> list[WayMark]:
    """Every phase in the programme's order; of a closed pathway none is the present one."""
    if programme is None or not pathway.stays:
        return []
    stays = {stay.phase: stay for stay in pathway.stays}
    order = [phase.id for phase in programme.phases]
    furthest = max((order.index(one) for one in stays if one in order), default=0)
    return [
        WayMark(
            title=phase.title,
            passed=_passed(pathway, phase.id, ahead=number > furthest),
            since=stays[phase.id].entered_at if phase.id in stays else None,
            until=stays[phase.id].left_at if phase.id in stays else None,
        )
        for number, phase in enumerate(programme.phases)
    ]


def _passed(pathway: Pathway, phase_id: str, *, ahead: bool) -> Passed:
    if phase_id == pathway.phase and pathway.status != "closed":
        return "here"
    if any(stay.phase == phase_id for stay in pathway.stays):
        return "left"
    return "ahead" if ahead and pathway.status != "closed" else "passed_by"
