"""Whether a process can do its work now: the log and Temporal answer, and readers are not held up.

Whoever asks hears yes or no; why not stands in the process's own log.
"""

import asyncio
import time
from datetime import timedelta

import asyncpg
import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from eventstore.errors import EventStoreError
from eventstore.store import EventStore
from projections.standing import STUCK_AFTER

ANSWERS_WITHIN = timedelta(seconds=3)
KEPT = timedelta(seconds=1)
"""So long an answer is given again: asking often costs the database nothing."""

log = structlog.get_logger(__name__)


class Readiness:
    """Asks what one process needs. Without a client of Temporal, that is not asked for.

    A process that reads no views works on, however old the watermark is.
    """

    def __init__(
        self,
        store: EventStore,
        temporal: Client | None = None,
        *,
        reads_views: bool = True,
        stuck_after: timedelta = STUCK_AFTER,
        kept: timedelta = KEPT,
    ) -> None:
        self._reads_views = reads_views
        self._store = store
        self._temporal = temporal
        self._stuck_after = stuck_after
        self._kept = kept
        self._turn = asyncio.Lock()
        self._asked_at = float("-inf")
        self._wanting: tuple[str, ...] = ()
        self._ending = False

    def end(self) -> None:
        """From now on: not ready, for the process was told to stop."""
        self._ending = True

    async def __call__(self) -> bool:
        """Whether all is there. Never raises, and takes a few seconds at most."""
        async with self._turn:
            if time.monotonic() - self._asked_at > self._kept.total_seconds():
                await self._ask()
                self._asked_at = time.monotonic()
        return not self._ending and not self._wanting

    async def _ask(self) -> None:
        log_wants, temporal_wants = await asyncio.gather(self._of_log(), self._of_temporal())
        wanting = tuple(one for one in (log_wants, temporal_wants) if one)
        if wanting != self._wanting:
            log.warning("not_ready", wanting=wanting) if wanting else log.info("ready_again")
        self._wanting = wanting

    async def _of_log(self) -> str | None:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()):
                watermark = await self._store.watermark()
        except (EventStoreError, asyncpg.PostgresError, LookupError, TimeoutError):
            return "log"
        stuck = self._reads_views and watermark.age > self._stuck_after
        return "watermark" if stuck else None

    async def _of_temporal(self) -> str | None:
        if self._temporal is None:
            return None
        try:
            serves = await self._temporal.service_client.check_health(timeout=ANSWERS_WITHIN)
        except (RPCError, RuntimeError):
            return "temporal"
        return None if serves else "temporal"
