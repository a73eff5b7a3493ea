"""The one timer of an entity: set for its earliest deadline, and anew only for an earlier one."""

from __future__ import annotations

import asyncio
from datetime import datetime

from temporalio import workflow

from domain.decider import Deadline


class Alarm:
    """Rings by the time that a deadline has come; if it rings too early, it is set again."""

    def __init__(self) -> None:
        self._timer: asyncio.Task[None] | None = None
        self._rings_at: datetime | None = None

    def set_for(self, deadline: Deadline | None) -> None:
        """Ring for this deadline from now on, or for none."""
        if self._timer and not self._timer.done():
            if deadline and self._rings_at and self._rings_at <= deadline.at:
                return
            self._timer.cancel()
        self._timer = asyncio.create_task(_sleep_until(deadline.at)) if deadline else None
        self._rings_at = deadline.at if deadline else None

    def rings(self) -> bool:
        """Whether its instant has come."""
        return self._timer is not None and self._timer.done()


async def _sleep_until(instant: datetime) -> None:
    await asyncio.sleep((instant - workflow.now()).total_seconds())
