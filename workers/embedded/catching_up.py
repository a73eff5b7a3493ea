"""Waiting until the views show what is in the log by now: an import is done when it can be seen."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.states import State, view_states
from workers.embedded.schema import log_pool

POLL = timedelta(milliseconds=300)

PATIENCE = timedelta(seconds=30)
"""Views that take nothing in for so long are not waited for."""

NOT_FOLLOWING: tuple[State, ...] = ("absent", "stopped")

TELL_EVERY = timedelta(seconds=3)


async def views_show_the_log(
    dsn: str, tell: Callable[[int], None], patience: timedelta = PATIENCE
) -> bool:
    """Wait until each view that follows the log has what is recorded now; False if that stalls.

    `tell` hears now and then how many events the furthest has to go. Raises `StoreUnavailable`.
    """
    async with log_pool(dsn) as pool:
        goal = await EventStore(pool).last_seq()
        moved_at = told_at = time.monotonic()
        left = before = await _left(pool, goal)
        while left and time.monotonic() - moved_at < patience.total_seconds():
            if time.monotonic() - told_at > TELL_EVERY.total_seconds():
                tell(left)
                told_at = time.monotonic()
            await asyncio.sleep(POLL.total_seconds())
            left = await _left(pool, goal)
            if left != before:
                before, moved_at = left, time.monotonic()
        return not left


async def _left(pool: Pool, goal: int) -> int:
    """How many events up to `goal` the view lacks that is furthest behind."""
    going_on = [one for one in await view_states(pool) if one.state not in NOT_FOLLOWING]
    return max([0, *(goal - one.seq for one in going_on)])
