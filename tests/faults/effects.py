"""The effects that the log asks for, and what it says came of each."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.deciders import decider_of
from domain.events.effects import EffectSettled
from domain.fold import PendingEffect, start, step
from eventstore.store import EventStore

ALL = 10_000


@dataclass
class Effects:
    """By effect id. What is asked and not settled is under way still."""

    asked: dict[UUID, PendingEffect] = field(default_factory=dict)
    settled: dict[UUID, str] = field(default_factory=dict)

    def of_port(self, port: str) -> set[UUID]:
        return {id_ for id_, one in self.asked.items() if one.effect.port == port}

    @property
    def under_way(self) -> set[UUID]:
        return self.asked.keys() - self.settled.keys()


async def effects_in(store: EventStore) -> Effects:
    """Of every entity of the log."""
    found = Effects()
    for entity_id in await store.streams(None, "", ALL):
        decider = decider_of(entity_id)
        folded = start(decider)
        for one in await store.read_stream(entity_id):
            folded = step(decider, folded, one.event, one.event_id, one.programme_version)
            found.asked |= folded.pending
            if isinstance(one.event, EffectSettled):
                found.settled[one.event.effect_id] = one.event.outcome
    return found
