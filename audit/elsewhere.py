"""What a decision relied on in other streams: their facts at a version, and what they told others.

A stream is read and folded once, and remembered while there is room: an audit goes through streams
in the order of their ids, and comes back to the same groups and clinicians again and again.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from audit.log import Log
from domain.decider import ENTITY, PROGRAMME_DEFINITION, Effect, Reference
from domain.deciders import decider_of
from domain.programme import PROGRAMME
from domain.programmes.definition import Definition
from domain.value import Value

MOST = 300
"""Streams remembered at once."""


@dataclass(frozen=True)
class Other:
    """`facts[n]` is what an entity let others know at version n; `told` what it told whom.

    `recorded_at[n]` is when its version n + 1 was recorded.
    """

    facts: tuple[Value, ...]
    told: Mapping[UUID, Effect]
    recorded_at: tuple[datetime, ...]

    def at(self, instant: datetime) -> Value:
        """What it let others know at an instant."""
        return self.facts[bisect_right(self.recorded_at, instant)]


@dataclass
class Elsewhere:
    """The other streams of a log, each as far as it is needed."""

    log: Log
    _known: OrderedDict[str, Other] = field(default_factory=OrderedDict)
    _definitions: dict[str, Definition] = field(default_factory=dict)

    async def facts(self, relied_on: Mapping[str, int]) -> dict[str, Value]:
        """What these entities let others know at these versions."""
        return {
            entity_id: (await self._other(entity_id)).facts[version]
            for entity_id, version in relied_on.items()
        }

    async def facts_at(self, needed: Iterable[Reference], instant: datetime) -> dict[str, Value]:
        """What these let others know at an instant. Raises `LookupError` for what was not there."""
        found: dict[str, Value] = {}
        for one in needed:
            if one.kind == PROGRAMME_DEFINITION:
                definition = await self.definition(one.name)
                if definition is None:
                    raise LookupError(one.name)
                found[one.name] = definition
            else:
                found[one.name] = (await self._other(one.name)).at(instant)
        return found

    async def told(self, sender: str, effect_id: UUID) -> Effect | None:
        """What an entity asked of another under this id, if it did."""
        return (await self._other(sender)).told.get(effect_id)

    async def definition(self, label: str | None) -> Definition | None:
        """The programme version of this label, if it is published."""
        if label is None:
            return None
        if label not in self._definitions:
            stream = await self.log.store.read_stream(f"{PROGRAMME.kind}-{label.partition('@')[0]}")
            for one in stream:
                definition = getattr(one.event, "definition", None)
                if isinstance(definition, Definition):
                    self._definitions[definition.label] = definition
        return self._definitions.get(label)

    async def _other(self, entity_id: str) -> Other:
        if entity_id not in self._known:
            self._known[entity_id] = await self._read(entity_id)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        self._known.move_to_end(entity_id)
        return self._known[entity_id]

    async def _read(self, entity_id: str) -> Other:
        decider = decider_of(entity_id)
        state: Any = decider.initial()
        facts, told = [decider.facts(state)], {}
        events = await self.log.store.read_stream(entity_id)
        for one in events:
            state = decider.evolve(state, one.event)
            facts.append(decider.facts(state))
            for effect in decider.reactions(state, one.event):
                if effect.port == ENTITY:
                    told[uuid5(one.event_id, effect.name)] = effect
        return Other(tuple(facts), told, tuple(one.recorded_at for one in events))
