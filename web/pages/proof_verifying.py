"""Verifying the log for somebody at a page: one at a time, in a thread, with its progress."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import FastAPI

from audit.verify import Verified, verify
from domain.actor import Actor
from eventstore.errors import EventStoreError
from web.provable import Provable


@dataclass(slots=True)
class Run:
    """One verification. `done` of `total` events and checkpoints; `failed` says why it could not.

    It was begun by `by`, and looked at what was sealed since the checkpoint of size `since`.
    """

    by: Actor
    since: int
    begun_at: datetime
    ended_at: datetime | None = None
    done: int = 0
    total: int = 0
    verified: Verified | None = None
    failed: str | None = None

    @property
    def under_way(self) -> bool:
        return self.ended_at is None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    def report(self, done: int, total: int) -> None:
        self.done, self.total = done, total


@dataclass(slots=True)
class Verifying:
    """The verifications of this process: the latest, and up to where the log was last whole."""

    latest: Run | None = None
    whole_up_to: int = 0
    _task: asyncio.Task[None] | None = field(default=None, repr=False)

    def begin(self, provable: Provable, run: Run) -> None:
        """Begin, unless one is under way already: whoever asked then sees that one."""
        if self.latest is None or not self.latest.under_way:
            self.latest = run
            self._task = asyncio.create_task(self._verify(provable, run))

    async def ended(self) -> None:
        """Wait until nothing is under way."""
        if self._task:
            await self._task

    async def _verify(self, provable: Provable, run: Run) -> None:
        try:
            asked = await asyncio.to_thread(provable.asked, run.since)
            run.verified = await asyncio.to_thread(asyncio.run, verify(asked, run.report))
        except (EventStoreError, OSError) as failed:
            run.failed = str(failed)
        else:
            if run.verified.ok:
                self.whole_up_to = run.verified.sealed
        run.ended_at = datetime.now(run.begun_at.tzinfo)


def verifying_of(app: FastAPI) -> Verifying:
    """The verifications of an application."""
    found: Verifying | None = getattr(app.state, "verifying", None)
    if found is None:
        found = app.state.verifying = Verifying()
    return found
