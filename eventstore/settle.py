"""The settled watermark: moving it, and waiting for it to move.

Why readers need it, and why it is right, stands in `migrations/0005_settle.sql`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta

import structlog

from eventstore.connect import Connection, Pool, fetch_one
from eventstore.errors import StoreUnavailable, store_errors
from eventstore.sql import query
from eventstore.waiting import wait_at_most

CHANNEL = "carepath_settled"

log = structlog.get_logger(__name__)


async def tick(connection: Connection) -> int:
    """Settle what can be settled now, and return the settled seq.

    The connection must not be in a transaction. An event that no running transaction holds back
    is settled by one tick; with several tickers at once nothing is settled twice or too early.
    """
    with store_errors():
        row = await fetch_one(connection, query("settle"))
        if row["pending"]:
            row = await fetch_one(connection, query("settle"))
    return int(row["settled"])


async def run_ticker(pool: Pool, interval: timedelta, stop: asyncio.Event) -> None:
    """Tick every `interval` until `stop` is set. While the store is unavailable it keeps trying."""
    reachable = True
    while not stop.is_set():
        try:
            with store_errors():
                async with pool.acquire() as connection:
                    await tick(connection)
        except StoreUnavailable as lost:
            if reachable:
                log.warning("watermark_stands_still", cause=lost.cause)
            reachable = False
        else:
            if not reachable:
                log.info("watermark_moves_again")
            reachable = True
        await wait_at_most(stop, interval)


class SettledChanges:
    """Waits for the settled watermark to pass a reader's checkpoint."""

    def __init__(self, connection: Connection, poll_every: timedelta) -> None:
        self._connection = connection
        self._poll_every = poll_every
        self._notified = asyncio.Event()

    def notified(self, *_: object) -> None:
        """Take note of a notification: look again."""
        self._notified.set()

    async def beyond(self, seq: int) -> int:
        """Wait until more than `seq` is settled, and return the settled seq.

        Raises `StoreUnavailable` when the connection is lost: make another `settled_changes`.
        """
        while True:
            self._notified.clear()
            with store_errors():
                settled = int(await self._connection.fetchval(query("settled_seq")))
            if settled > seq:
                return settled
            await wait_at_most(self._notified, self._poll_every)


@asynccontextmanager
async def settled_changes(
    pool: Pool, poll_every: timedelta = timedelta(seconds=1)
) -> AsyncIterator[SettledChanges]:
    """Hold one connection of the pool and listen; for one waiting reader.

    A notification wakes it at once; `poll_every` is for poolers that swallow notifications.
    """
    async with AsyncExitStack() as held:
        with store_errors():
            connection = await held.enter_async_context(pool.acquire())
            changes = SettledChanges(connection, poll_every)
            await connection.add_listener(CHANNEL, changes.notified)
        try:
            yield changes
        finally:
            await _stop_listening(connection, changes)


async def _stop_listening(connection: Connection, changes: SettledChanges) -> None:
    """A closed connection keeps its listeners, and the pool would not take it back with them."""
    with suppress(StoreUnavailable), store_errors():
        if connection.is_closed():
            connection.terminate()
        else:
            await connection.remove_listener(CHANNEL, changes.notified)
