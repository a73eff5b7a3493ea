"""A log with projectors that run for as long as a block of a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.runner import run_projector
from projections.states import ViewState, view_states
from projections.view import View
from tests.projections.given import settle


@dataclass(frozen=True)
class Live:
    """The log of a test, and what happens to views of it."""

    pool: Pool
    store: EventStore

    async def settled(self) -> int:
        """Settle all that has been appended, and return its seq."""
        return await settle(self.pool)

    @asynccontextmanager
    async def project(self, *views: View[Any, Any]) -> AsyncIterator[None]:
        """A projector of these views."""
        stop = asyncio.Event()
        tick = timedelta(milliseconds=10)
        task = asyncio.create_task(run_projector(self.pool, stop, self.store, views, tick))
        async with AsyncExitStack() as ending:
            ending.push_async_callback(asyncio.wait_for, task, 20)
            ending.callback(stop.set)
            yield

    async def until(self, view: View[Any, Any], state: str = "running", seq: int = 0) -> ViewState:
        """Wait until a view is in a state, having passed a seq."""
        async with asyncio.timeout(30):
            while True:
                (found,) = await view_states(self.pool, [view])
                if found.state == state and found.seq >= seq:
                    return found
