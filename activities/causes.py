"""The event that an effect follows from: what exactly was asked stands there, encrypted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from activities.ports import Settled
from domain.events.base import Event
from domain.events.envelope import RecordedEvent
from domain.fold import PendingEffect

E = TypeVar("E", bound=Event)

ERASED = Settled(outcome="lapsed", reasons=("record_erased",))
"""What comes of an effect whose cause nobody can read any more."""


@dataclass(frozen=True)
class Cause(Generic[E]):
    """An event, and when the log took it."""

    event: E
    recorded_at: datetime


def cause_of(
    pending: PendingEffect, stream: Iterable[RecordedEvent], kind: type[E]
) -> Cause[E] | None:
    """The event of that kind which the effect follows from; none once the record is erased."""
    for one in stream:
        if one.event_id == pending.caused_by and isinstance(one.event, kind):
            return Cause(one.event, one.recorded_at)
    return None
