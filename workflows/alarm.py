"""The one timer of an entity: set for its earliest deadline, and anew only when that is another."""

import asyncio
from datetime import datetime

from temporalio import workflow

from domain.decider import Deadline


class Alarm:
    """Rings once the deadline that it is set for has come."""

    def __init__(self) -> None:
        self._timer: asyncio.Task[None] | None = None
        self._deadline: Deadline | None = None

    def set_for(self, deadline: Deadline | None) -> None:
        """Wait for this deadline from now on, or for none."""
        if self._timer and self._deadline == deadline and not self._timer.done():
            return
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.create_task(_sleep_until(deadline.at)) if deadline else None
        self._deadline = deadline

    def rings(self) -> bool:
        """Whether its deadline has come."""
        return self._timer is not None and self._timer.done()


async def _sleep_until(instant: datetime) -> None:
    await asyncio.sleep((instant - workflow.now()).total_seconds())
