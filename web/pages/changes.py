"""Hearing that views have moved, or lag: one look at them all serves everybody who listens."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import asyncpg
import structlog

from eventstore.connect import Pool
from eventstore.errors import StoreUnavailable
from projections.standing import Standing, standing

LOOK_EVERY = timedelta(milliseconds=300)

KEPT = timedelta(seconds=1)
"""So long a page that is asked for does not look again."""

log = structlog.get_logger(__name__)

Seen = dict[str, Standing]
"""Where each view is, by its name."""


@dataclass(frozen=True)
class Change:
    """A view has moved. `topic` is its name, `seq` the last event that it has taken in."""

    topic: str
    seq: int


@dataclass(frozen=True)
class Late:
    """Since when each view that lags lacks an event; of those that do not, nothing."""

    since: dict[str, datetime]


Heard = asyncio.Queue[Change | Late | None]
"""What one listener has yet to be told; `None`: it was the last."""


@dataclass
class Changes:
    """Looks at the views while anybody listens, and ends every listening when `ready` says no."""

    pool: Pool
    ready: Callable[[], Awaitable[bool]]
    _listeners: set[Heard] = field(default_factory=set)
    _looking: asyncio.Task[None] | None = None
    _last: Seen = field(default_factory=dict)
    _last_at: float = float("-inf")

    async def lately(self) -> Seen:
        """Where the views are, or were a moment ago; nothing while that cannot be read."""
        if time.monotonic() - self._last_at > KEPT.total_seconds():
            return await self._seen() or {}
        return self._last

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[Heard]:
        """What lags now, and what happens from now on, as a queue."""
        heard: Heard = asyncio.Queue()
        self._listeners.add(heard)
        seen = await self._seen() or {}
        heard.put_nowait(_late(seen))
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(seen))
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
            for told in _moved(before, seen):
                self._tell(told)
            before = seen

    async def _seen(self) -> Seen | None:
        """Where the views are; `None` while that cannot be read."""
        try:
            seen = await standing(self.pool)
        except (StoreUnavailable, asyncpg.PostgresError) as away:
            log.warning("views_unseen", cause=type(away).__name__)
            return None
        self._last, self._last_at = seen, time.monotonic()
        return seen

    def _tell(self, told: Change | Late) -> None:
        for heard in self._listeners:
            heard.put_nowait(told)

    def _end(self) -> None:
        for heard in self._listeners:
            heard.put_nowait(None)


def _moved(before: Seen, now: Seen) -> Iterator[Change | Late]:
    """What there is to tell: the views that moved, and which lag if those are others."""
    for view, place in now.items():
        was = before.get(view)
        if was is None or (was.build, was.seq) != (place.build, place.seq):
            yield Change(view, place.seq)
    if _late(before) != _late(now):
        yield _late(now)


def _late(seen: Seen) -> Late:
    return Late({one.view: one.since for one in seen.values() if one.is_late and one.since})
