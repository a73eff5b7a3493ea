"""Hearing that views have moved: one look at their checkpoints serves everybody who listens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import structlog

from eventstore.connect import Pool
from eventstore.errors import StoreUnavailable, store_errors
from projections.sql import queries_in

LOOK_EVERY = timedelta(milliseconds=300)

query = queries_in(Path(__file__).parent / "queries")

log = structlog.get_logger(__name__)

Seen = dict[str, tuple[Any, int]]
"""Where each view is: the build of its tables, and the last event taken in."""


@dataclass(frozen=True)
class Change:
    """A view has moved. `topic` is its name, `seq` the last event that it has taken in."""

    topic: str
    seq: int


Heard = asyncio.Queue[Change | None]
"""What one listener has yet to be told; `None`: it was the last."""


@dataclass
class Changes:
    """Looks at the views while anybody listens, and ends every listening when `ready` says no."""

    pool: Pool
    ready: Callable[[], Awaitable[bool]]
    _listeners: set[Heard] = field(default_factory=set)
    _looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[Heard]:
        """What happens from now on, as a queue."""
        heard: Heard = asyncio.Queue()
        self._listeners.add(heard)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(await self._seen() or {}))
        try:
            yield heard
        finally:
            self._listeners.discard(heard)

    async def close(self) -> None:
        """Nobody is told anything more, also whoever left without a word."""
        self._end()
        self._listeners.clear()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    async def _look(self, before: Seen) -> None:
        """Until nobody listens, or this process is to serve no longer."""
        while self._listeners:
            await asyncio.sleep(LOOK_EVERY.total_seconds())
            if not await self.ready():
                self._end()
                return
            seen = await self._seen()
            if seen is None:
                continue
            for topic, place in seen.items():
                if before.get(topic) != place:
                    self._tell(Change(topic, place[1]))
            before = seen

    async def _seen(self) -> Seen | None:
        """Where the views are; `None` while that cannot be read."""
        try:
            with store_errors():
                rows = await self.pool.fetch(query("view_seqs"))
        except (StoreUnavailable, asyncpg.PostgresError) as away:
            log.warning("views_unseen", cause=type(away).__name__)
            return None
        return {row["view"]: (row["build"], row["seq"]) for row in rows}

    def _tell(self, change: Change) -> None:
        for heard in self._listeners:
            heard.put_nowait(change)

    def _end(self) -> None:
        for heard in self._listeners:
            heard.put_nowait(None)
