"""Entities without Temporal: each command is decided and appended at once, on the real log."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.commands.registry import read
from domain.commands.submission import Receipt, Submission, settling, telling
from domain.decider import (
    ENTITY,
    PROGRAMME_DEFINITION,
    Context,
    Reason,
    Reference,
    Rejected,
    open_transitions,
)
from domain.deciders import decider_of
from domain.events.effects import EffectOutcome
from domain.events.envelope import new_events
from domain.fold import Folded, PendingEffect, fold
from domain.programme import PROGRAMME
from domain.programmes.definition import Definition
from domain.value import Value
from eventstore.store import EventStore
from workflows.client import NotRunning
from workflows.entity import Snapshot


@dataclass
class EntitiesHere:
    """`awake` has the entities whose workflow runs; `failing` is raised instead of answering.

    `held` is what workflows hold that went astray.
    """

    store: EventStore
    now: Callable[[], datetime]
    awake: set[str] = field(default_factory=set)
    failing: Exception | None = None
    held: dict[str, Snapshot] = field(default_factory=dict)
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

    async def snapshot(self, entity_id: str) -> Snapshot:
        if entity_id not in self.awake:
            raise NotRunning(entity_id)
        return self.held.get(entity_id) or await self.snapshot_of_log(entity_id)

    async def snapshot_of_log(self, entity_id: str) -> Snapshot:
        folded = await self._folded(entity_id)
        return Snapshot(
            version=folded.version,
            state=folded.state.model_dump(mode="json"),
            pending=tuple(folded.pending),
        )

    async def _take(self, entity_id: str, submission: Submission) -> Receipt:
        decider = decider_of(entity_id)
        folded = await self._folded(entity_id)
        command = read(decider.kind, submission.command, submission.data)
        context = await self._context(folded, submission, decider.needs(folded.state, command))
        events = new_events(
            decider.decide(folded.state, command, context),
            submission.origin,
            context.programme.label if context.programme else None,
        )
        if events:
            await self.store.append(entity_id, folded.version, events)
        after = await self._folded(entity_id)
        if decider.is_closed(after.state):
            self.awake.discard(entity_id)
        for pending in set(after.pending) - set(folded.pending):
            await self._tell(entity_id, after.pending[pending])
        return Receipt(
            entity_id=entity_id,
            command_id=submission.command_id,
            version=after.version,
            events=tuple(one.type for one in events),
            permitted=open_transitions(decider, after.state, context),
        )

    async def _tell(self, sender: str, pending: PendingEffect) -> None:
        """What entities tell each other is heard at once; other effects stay pending."""
        if pending.effect.port != ENTITY:
            return
        outcome: EffectOutcome = "done"
        reasons: tuple[str, ...] = ()
        try:
            await self._take(pending.effect.recipient, telling(sender, pending))
        except Rejected as refusal:
            outcome, reasons = "refused", tuple(one.code for one in refusal.reasons)
        await self._take(sender, settling(pending, outcome, attempts=1, reasons=reasons))

    async def _context(
        self, folded: Folded[Any], submission: Submission, asked: list[Reference]
    ) -> Context:
        named = [one.name for one in asked if one.kind == PROGRAMME_DEFINITION]
        label = named[0] if named else folded.programme_version
        others = [one.name for one in asked if one.kind != PROGRAMME_DEFINITION]
        return Context(
            now=self.now(),
            actor=submission.actor,
            programme=await self._programme(label) if label else None,
            references={one: await self._facts(one) for one in others},
            command_id=submission.command_id,
        )

    async def _folded(self, entity_id: str) -> Folded[Any]:
        return fold(decider_of(entity_id), await self.store.read_stream(entity_id))

    async def _facts(self, entity_id: str) -> Value:
        return decider_of(entity_id).facts((await self._folded(entity_id)).state)

    async def _programme(self, label: str) -> Definition:
        programme, _, version = label.partition("@")
        events = await self.store.read_stream(f"programme-{programme}")
        definition = fold(PROGRAMME, events).state.version(int(version))
        if definition is None:
            message = f"The programme {label} is not published."
            raise Rejected(Reason(code="programme_not_published", message=message))
        return definition
