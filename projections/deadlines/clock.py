"""The clock of one entity: when it must ring next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.decider import Deadline
from projections.folded.entity import Folding

OVER = ("closed", "resolved", "fulfilled", "denied", "withdrawn")
"""The statuses of entities that are closed; one that is erased is not shown at all."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A row of the deadlines; `next_at` is the earliest of an open entity's. Instants are UTC."""

    entity_id: str
    open: bool
    next_at: datetime | None
    last_event_at: datetime


def clocks(
    deadlines: Callable[[Any], list[Deadline]],
) -> Callable[[str, Folding[Any]], Sequence[Clock]]:
    """The rows of a kind of entity that has these deadlines, the earliest first."""

    def rows(entity_id: str, folding: Folding[Any]) -> Sequence[Clock]:
        is_open = getattr(folding.state, "status", "open") not in OVER
        waits_for = deadlines(folding.state) if is_open else []
        next_at = waits_for[0].at if waits_for else None
        return (Clock(entity_id, is_open, next_at, folding.last_event_at),)

    return rows
