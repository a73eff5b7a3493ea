"""Folding a stream: its state, and the effects that nobody has settled yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

from domain.decider import Decider, Effect
from domain.events.base import Event
from domain.events.effects import EffectSettled
from domain.events.envelope import RecordedEvent
from domain.value import Value

S = TypeVar("S")


class PendingEffect(Value):
    """An effect with its id, which is also the idempotency key towards the outside."""

    id: UUID
    effect: Effect
    caused_by: UUID


@dataclass(frozen=True)
class Folded(Generic[S]):
    """An entity as its stream says it is; `version` is that of the last event folded."""

    state: S
    version: int = 0
    programme_version: str | None = None
    pending: dict[UUID, PendingEffect] = field(default_factory=dict)


def start(decider: Decider[S, Any, Any]) -> Folded[S]:
    """The entity before anything happened."""
    return Folded(state=decider.initial())


def step(
    decider: Decider[S, Any, Any],
    folded: Folded[S],
    event: Event,
    event_id: UUID,
    programme_version: str | None,
) -> Folded[S]:
    """The entity after one more event."""
    state = decider.evolve(folded.state, event)
    pending = {
        id_: one
        for id_, one in folded.pending.items()
        if not (isinstance(event, EffectSettled) and event.effect_id == id_)
    }
    for effect in decider.reactions(state, event):
        one = PendingEffect(id=uuid5(event_id, effect.name), effect=effect, caused_by=event_id)
        pending[one.id] = one
    return Folded(
        state=state,
        version=folded.version + 1,
        programme_version=programme_version or folded.programme_version,
        pending=pending,
    )


def fold(decider: Decider[S, Any, Any], events: Iterable[RecordedEvent]) -> Folded[S]:
    """The entity after `events`, given in the order of their stream."""
    folded = start(decider)
    for recorded in events:
        folded = step(
            decider, folded, recorded.event, recorded.event_id, recorded.programme_version
        )
        folded = replace(folded, version=recorded.version)
    return folded


def as_of(
    events: Iterable[RecordedEvent], effective: datetime | None, known: datetime | None
) -> list[RecordedEvent]:
    """The events that had happened by `effective` and were recorded by `known`, each if given."""
    return [
        one
        for one in events
        if (effective is None or one.effective_at <= effective)
        and (known is None or one.recorded_at <= known)
    ]
