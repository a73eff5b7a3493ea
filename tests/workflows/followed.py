"""Every entity as the log says it is, read from the log as it is written to."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.deciders import decider_of
from domain.events.envelope import NewEvent
from domain.fold import Folded, start, step
from eventstore.store import Appended, EventStore


class Followed:
    """What is appended through a store is noticed as it happens, and read from the log then.

    Nobody has to ask the log again and again whether something changed.
    """

    def __init__(self, store: EventStore) -> None:
        self.known: dict[str, Folded[Any]] = {}
        self._store = store
        self._append = store.append
        self._written: set[str] = set()
        self._waiting: set[str] = set()
        self._news = asyncio.Event()
        store.append = self._notice  # type: ignore[method-assign]

    async def at_rest(self, within: timedelta) -> dict[str, Folded[Any]]:
        """Every entity, once nobody waits for what they asked of others."""
        async with asyncio.timeout(within.total_seconds()):
            await self.catch_up()
            while self._waiting:
                await self._news.wait()
                await self.catch_up()
        return self.known

    async def catch_up(self) -> None:
        """Read what was written since."""
        self._news.clear()
        while self._written:
            await self._catch_up_with(self._written.pop())

    async def _notice(
        self, stream_id: str, expected_version: int, events: Sequence[NewEvent]
    ) -> Appended:
        appended = await self._append(stream_id, expected_version, events)
        self._written.add(stream_id)
        self._news.set()
        return appended

    async def _catch_up_with(self, entity_id: str) -> None:
        decider = decider_of(entity_id)
        folded = self.known.get(entity_id) or start(decider)
        for one in await self._store.read_stream(entity_id, folded.version):
            folded = step(decider, folded, one.event, one.event_id, one.programme_version)
            folded = replace(folded, version=one.version)
        self.known[entity_id] = folded
        (self._waiting.add if folded.pending else self._waiting.discard)(entity_id)
