"""Entities without Temporal: each command is decided and appended at once, on the real log."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from domain.commands.registry import read
from domain.commands.submission import Receipt, Submission
from domain.decider import Context
from domain.deciders import decider_of
from domain.events.envelope import new_events
from domain.fold import fold
from domain.programme import PROGRAMME
from domain.programmes.definition import Definition
from eventstore.store import EventStore
from workflows.client import NotRunning


@dataclass
class EntitiesHere:
    """`awake` has the entities whose workflow runs; `failing` is raised instead of answering."""

    store: EventStore
    now: Callable[[], datetime]
    awake: set[str] = field(default_factory=set)
    failing: Exception | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def submit(self, entity_id: str, submission: Submission) -> Receipt:
        if self.failing:
            raise self.failing
        if entity_id not in self.awake:
            raise NotRunning(entity_id)
        async with self.turn:
            return await self._take(entity_id, submission)

    async def submit_starting(self, entity_id: str, submission: Submission) -> Receipt:
        self.awake.add(entity_id)
        return await self.submit(entity_id, submission)

    async def start(self, entity_id: str) -> bool:
        if self.failing:
            raise self.failing
        was_asleep = entity_id not in self.awake
        self.awake.add(entity_id)
        return was_asleep

    async def _take(self, entity_id: str, submission: Submission) -> Receipt:
        decider = decider_of(entity_id)
        folded = fold(decider, await self.store.read_stream(entity_id))
        command = read(decider.kind, submission.command, submission.data)
        label = folded.programme_version or getattr(command, "programme", None)
        programme = await self._programme(label) if label else None
        context = Context(now=self.now(), actor=submission.actor, programme=programme)
        events = new_events(
            decider.decide(folded.state, command, context), submission.origin, label
        )
        if events:
            await self.store.append(entity_id, folded.version, events)
        after = fold(decider, await self.store.read_stream(entity_id))
        if decider.is_closed(after.state):
            self.awake.discard(entity_id)
        return Receipt(
            entity_id=entity_id,
            command_id=submission.command_id,
            version=after.version,
            events=tuple(one.type for one in events),
            permitted=tuple(decider.permitted(after.state, context)),
        )

    async def _programme(self, label: str) -> Definition | None:
        programme, _, version = label.partition("@")
        events = await self.store.read_stream(f"programme-{programme}")
        return fold(PROGRAMME, events).state.version(int(version))
