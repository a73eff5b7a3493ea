"""What caused a decision and what it caused: through effects, messages and deadlines.

Whatever carepath itself sends has an id that follows from what it says, so the ids of everything
that a decision can have led to are known beforehand; the log is asked which of them it has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from audit.decisions import Decision, decisions
from audit.log import Log, query
from domain.actor import Actor
from domain.commands.submission import meeting
from domain.decider import ENTITY
from domain.deciders import decider_of
from domain.events.envelope import event_id_of
from eventstore.errors import store_errors


@dataclass(frozen=True)
class Link:
    """A decision in a chain of causes. `follows` are the commands that it can have led to."""

    entity_id: str
    version: int
    seq: int
    command_id: UUID
    causation_id: UUID | None
    actor: Actor
    effective_at: datetime
    types: tuple[str, ...]
    event_ids: tuple[UUID, ...]
    follows: frozenset[UUID]


@dataclass(frozen=True)
class Place:
    """Where an event is."""

    stream_id: str
    version: int
    seq: int


@dataclass
class Causes:
    """The chains of one log; a stream is read once."""

    log: Log
    _links: dict[str, list[Link]] = field(default_factory=dict)

    async def link_at(self, place: Place) -> Link:
        """The decision that an event belongs to."""
        links = await self._of(place.stream_id)
        return next(one for one in reversed(links) if one.version <= place.version)

    async def cause_of(self, link: Link) -> Link | None:
        """The decision that led to this one; None where a person began."""
        stream_id, before = link.entity_id, link.version
        if link.causation_id is not None:
            place = (await self.places([link.causation_id])).get(link.causation_id)
            return await self.link_at(place) if place else None
        links = await self._of(stream_id)
        earlier = (one for one in reversed(links) if one.version < before)
        return next((one for one in earlier if link.command_id in one.follows), None)

    async def caused_by(self, link: Link) -> list[Link]:
        """The decisions that this one led to, as far as they came about, in the log's order."""
        first_events = [event_id_of(one, 0) for one in link.follows]
        places = await self.places(first_events)
        found = [await self.link_at(one) for one in places.values()]
        direct = [one for one in found if await self._is_caused(one, link)]
        return sorted(direct, key=lambda one: one.seq)

    async def places(self, event_ids: Sequence[UUID]) -> dict[UUID, Place]:
        """Where these events are; those that the log does not have are left out."""
        with store_errors():
            rows = await self.log.pool.fetch(query("places_of_events"), event_ids)
        return {
            row["event_id"]: Place(row["stream_id"], row["version"], row["seq"]) for row in rows
        }

    async def place_of(self, seq: int) -> Place | None:
        """Where the event of this seq is."""
        with store_errors():
            row = await self.log.pool.fetchrow(query("place_of_seq"), seq)
        return Place(row["stream_id"], row["version"], row["seq"]) if row else None

    async def _is_caused(self, later: Link, link: Link) -> bool:
        """A deadline that still stood was caused by whatever set it, and not by what left it."""
        cause = await self.cause_of(later)
        return cause is not None and cause.seq == link.seq

    async def _of(self, stream_id: str) -> list[Link]:
        if stream_id not in self._links:
            stream = await self.log.store.read_stream(stream_id)
            self._links[stream_id] = [_link(one) for one in decisions(stream)]
        return self._links[stream_id]


def _link(decision: Decision) -> Link:
    first = decision.events[0]
    return Link(
        entity_id=decision.entity_id,
        version=first.version,
        seq=first.seq,
        command_id=decision.command_id,
        causation_id=first.origin.causation_id,
        actor=first.origin.actor,
        effective_at=first.effective_at,
        types=tuple(one.type for one in decision.events),
        event_ids=tuple(one.event_id for one in decision.events),
        follows=frozenset(_follows(decision)),
    )


def _follows(decision: Decision) -> Iterable[UUID]:
    decider = decider_of(decision.entity_id)
    old = set(decider.deadlines(decision.before.state))
    for deadline in decider.deadlines(decision.after.state):
        if deadline not in old:
            yield meeting(decision.entity_id, deadline).command_id
    for effect_id, pending in decision.asked.items():
        yield uuid5(effect_id, "settled")
        if pending.effect.port == ENTITY:
            yield effect_id
