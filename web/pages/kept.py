"""What pages work out of views once for each state of these, however often it is asked for.

A view's checkpoint moves with every event that settles, of whatever kind. What was worked out of a
view holds until an event that the view follows has been taken in since: so a page never shows less
than its views do, and the reading of another page makes nobody work anything out again.

No patient's name is kept: what is erased goes from the views, and nothing here may outlive it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from fastapi import FastAPI, Request

from eventstore.connect import Pool
from web.pages.kept_behind import Behind
from web.pages.positions import Positions, Views, moved, positions_of

T = TypeVar("T")

LASTING = timedelta(minutes=1)
"""Time passes too: what was worked out is worked out again after so long."""

MOST = 200
"""Things that are kept at once; what was asked for longest ago goes first."""


@dataclass(slots=True)
class Known:
    """Something worked out: of which state of which views, and until when it holds at the latest.

    `marks` are those of the rows that it was made of, where somebody can tell. `turn` is taken by
    whoever looks whether it still holds, so that nobody works it out twice.
    """

    value: Any = None
    positions: Positions = field(default_factory=dict)
    marks: Hashable = None
    until: datetime | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Kept:
    """What the pages of this process have worked out."""

    def __init__(self, pool: Pool, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._now = now
        self._known: dict[Hashable, Known] = {}
        self.behind = Behind(pool, now)
        """What takes too long for anybody to wait for it."""

    async def of(
        self,
        views: Views,
        key: Hashable,
        work_out: Callable[[], Awaitable[T]],
        marks_of: Callable[[], Awaitable[Hashable]] | None = None,
    ) -> T:
        """What `work_out` makes of these views, worked out again only if it may differ by now.

        `marks_of` reads what is the same as before only if no row is another one: where views have
        moved it may tell that nothing has changed. Raises what these two raise, and
        `StoreUnavailable`; nothing is kept then.
        """
        known = self._asked_for(key)
        async with known.turn:
            present = await positions_of(self._pool, views)
            if not await self._holds(known, views, present):
                await self._work_out(known, work_out, marks_of)
            known.positions = present
            value: T = known.value
            return value

    async def _work_out(
        self,
        known: Known,
        work_out: Callable[[], Awaitable[Any]],
        marks_of: Callable[[], Awaitable[Hashable]] | None,
    ) -> None:
        marks = await marks_of() if marks_of else None
        lasts = known.until is not None and self._now() < known.until
        if marks is None or marks != known.marks or not lasts:
            known.value = await work_out()
            known.marks, known.until = marks, self._now() + LASTING

    def _asked_for(self, key: Hashable) -> Known:
        known = self._known.pop(key, None) or Known()
        self._known[key] = known
        for oldest in list(self._known)[: max(0, len(self._known) - MOST)]:
            del self._known[oldest]
        return known

    async def _holds(self, known: Known, views: Views, present: Positions) -> bool:
        if known.until is None or self._now() >= known.until or len(present) < len(views):
            return False
        return not await moved(self._pool, views, known.positions, present)


def kept_of(request: Request) -> Kept:
    """What is kept by the process that answers this request."""
    kept: Kept = request.app.state.kept
    return kept


@asynccontextmanager
async def working_behind(app: FastAPI) -> AsyncIterator[None]:
    """The life of an application that works behind its pages: nothing goes on after it."""
    yield
    await app.state.kept.behind.end()
