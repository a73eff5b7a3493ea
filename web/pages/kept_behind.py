"""What takes seconds to work out: done behind the pages, which show what was worked out last.

One thing at a time in a process, and each at most once a minute, so that whoever looks waits for
nothing and the database has time for others. What is shown says of when it is: the instant before
anything was read, and the last event that all of its views had taken in by then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Generic, TypeVar

from eventstore.connect import Pool
from web.pages.positions import Positions, Views, moved, positions_of

T = TypeVar("T")

AT_MOST_EVERY = timedelta(minutes=1)

AT_LEAST_EVERY = timedelta(hours=1)
"""Figures change with time alone, if slowly: whoever looks later has them worked out again."""

SOON = timedelta(seconds=1)
"""After so long a page asks again for what is being worked out."""

MOST = 50
"""Things that are known at once; what was asked for longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Worked(Generic[T]):
    """A result: of the views as they were at `at` or later, with every event up to `seq`."""

    value: T
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Last(Generic[T]):
    """What was worked out last, if anything was.

    `under_way`: it is being worked out again. `look_again_s`: after so many seconds a further look
    may show more, whether or not a view moves until then.
    """

    worked: Worked[T] | None
    under_way: bool
    look_again_s: int | None


@dataclass(slots=True)
class _Known:
    worked: Worked[Any] | None = None
    positions: Positions | None = None
    task: asyncio.Task[None] | None = None
    failure: Exception | None = None

    @property
    def under_way(self) -> bool:
        return self.task is not None and not self.task.done()


class Behind:
    """What this process works out behind its pages. End it with the process."""

    def __init__(self, pool: Pool, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._now = now
        self._known: dict[Hashable, _Known] = {}
        self._turn = asyncio.Lock()

    async def last(
        self, views: Views, key: Hashable, work_out: Callable[[], Awaitable[T]]
    ) -> Last[T]:
        """What `work_out` last made of these views; begins to work it out anew if it may differ.

        Raises what `work_out` raised since the look before, once, and `StoreUnavailable`.
        """
        known = self._asked_for(key)
        if known.failure:
            failure, known.failure = known.failure, None
            raise failure
        if not known.under_way and await self._due(known, views):
            known.task = asyncio.create_task(self._work_out(known, views, work_out))
        return Last(known.worked, known.under_way, self._look_again(known))

    async def idle(self) -> None:
        """Return when nothing is being worked out."""
        while tasks := self._tasks():
            await asyncio.wait(tasks)

    async def end(self) -> None:
        """Give up what is being worked out; afterwards nothing runs here."""
        tasks = self._tasks()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [one.task for one in self._known.values() if one.task and not one.task.done()]

    async def _due(self, known: _Known, views: Views) -> bool:
        if known.worked is None or known.positions is None:
            return True
        age = self._now() - known.worked.at
        if age < AT_MOST_EVERY:
            return False
        present = await positions_of(self._pool, views)
        due = age >= AT_LEAST_EVERY or await moved(self._pool, views, known.positions, present)
        return due and not known.under_way

    async def _work_out(
        self, known: _Known, views: Views, work_out: Callable[[], Awaitable[Any]]
    ) -> None:
        try:
            async with self._turn:
                at, positions = self._now(), await positions_of(self._pool, views)
                seq = min((one.seq for one in positions.values()), default=0)
                known.worked = Worked(await work_out(), at, seq)
                known.positions = positions
        except Exception as failure:  # noqa: BLE001 - raised to whoever looks next
            known.failure = failure

    def _look_again(self, known: _Known) -> int | None:
        if known.under_way:
            return ceil(SOON.total_seconds())
        if known.worked is None:
            return None
        left = (AT_MOST_EVERY - (self._now() - known.worked.at)).total_seconds()
        return ceil(left) if left > 0 else None

    def _asked_for(self, key: Hashable) -> _Known:
        known = self._known.pop(key, None) or _Known()
        self._known[key] = known
        idle = [one for one, of in self._known.items() if not of.under_way and one != key]
        for oldest in idle[: max(0, len(self._known) - MOST)]:
            del self._known[oldest]
        return known
