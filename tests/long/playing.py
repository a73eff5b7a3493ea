"""Playing a script on running workflows, step by step, and what became of it."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from temporalio.testing import WorkflowEnvironment

from activities.contracts import EffectRequest
from activities.ports import DONE, Adapter, Settled
from domain.decider import Rejected
from domain.deciders import decider_of
from domain.events.envelope import RecordedEvent
from domain.fold import Folded
from eventstore.store import EventStore
from tests.long.script import Asked
from tests.workflows.followed import Followed
from workflows.client import EntityClient

PATIENCE = timedelta(seconds=60)
A_STEP_TAKES = timedelta(minutes=5)
"""At most, also on a busy machine: a server whose clock stands still fails the test."""

PORTS = ("notify", "calendar", "keys", "share", "benefits", "flag")


class TakesAll:
    """An outside world that does whatever it is asked, at once: as it is in the simulation."""

    async def perform(self, request: EffectRequest) -> Settled:  # noqa: ARG002 - whatever it is
        return DONE


def obliging_outside() -> dict[str, Adapter]:
    """The adapters of all ports."""
    return dict.fromkeys(PORTS, TakesAll())


@dataclass
class Played:
    """A clinic of running workflows, and every entity as the log says it is."""

    environment: WorkflowEnvironment
    entities: EntityClient
    store: EventStore
    patience: timedelta = PATIENCE
    otherwise: list[tuple[Asked, tuple[str, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._followed = Followed(self.store)

    @property
    def known(self) -> dict[str, Folded[Any]]:
        """Every entity that was written to since."""
        return self._followed.known

    async def play(self, script: list[Asked]) -> None:
        """Everything in its turn, each once all that the one before led to is over."""
        for instant, asked in groupby(script, key=lambda one: one.at):
            await self.until(instant)
            for one in asked:
                await self._give(one)

    async def until(self, instant: datetime) -> None:
        left = instant - await self.environment.get_current_time()
        if left > timedelta(0):
            async with asyncio.timeout(A_STEP_TAKES.total_seconds()):
                await self.environment.sleep(left)
            await self.at_rest()

    async def _give(self, asked: Asked) -> None:
        refused_for: tuple[str, ...] = ()
        try:
            await self.entities.submit_starting(asked.entity_id, asked.submission)
            await self.at_rest()
        except Rejected as refusal:
            refused_for = tuple(reason.code for reason in refusal.reasons)
        if refused_for != asked.refused_for:
            self.otherwise.append((asked, refused_for))

    async def at_rest(self) -> None:
        """Once nobody waits for what they asked of others."""
        await self._followed.at_rest(self.patience)

    async def disagreeing(self) -> list[str]:
        """Whose workflow holds something else than the log says; a closed one holds nothing."""
        await self._followed.catch_up()
        open_ = {id_: one for id_, one in self.known.items() if not _is_over(id_, one)}
        return [id_ for id_, one in open_.items() if not await self._agrees(id_, one)]

    async def _agrees(self, entity_id: str, folded: Folded[Any]) -> bool:
        snapshot = await self.entities.snapshot(entity_id)
        return (
            snapshot.version == folded.version
            and snapshot.state == folded.state.model_dump(mode="json")
            and set(snapshot.pending) == set(folded.pending)
        )

    async def log(self) -> list[RecordedEvent]:
        """Every event of the log, in the order of the log."""
        found = [one for id_ in self.known for one in await self.store.read_stream(id_)]
        return sorted(found, key=lambda one: one.seq)


def _is_over(entity_id: str, folded: Folded[Any]) -> bool:
    return decider_of(entity_id).is_closed(folded.state)


def kinds_of(events: list[RecordedEvent]) -> dict[str, Counter[str]]:
    """How often each type of event stands in each stream."""
    found: dict[str, Counter[str]] = {}
    for one in events:
        found.setdefault(one.stream_id, Counter())[one.type] += 1
    return found
