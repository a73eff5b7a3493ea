"""Sending to every receiver, in one process at a time: whoever holds the lock in the database.

It is freed with the connection that holds it, so that another worker goes on within seconds. Two
that send for a moment, because one has not noticed, send something twice and skip nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog

from activities.feeds.delivery import Feeds, deliver
from activities.feeds.subscription import due, query
from eventstore.connect import Connection
from eventstore.errors import StoreUnavailable, store_errors

LOOK = timedelta(milliseconds=500)
"""How often it is looked whether anything waits: what is settled is sent that late at most."""

STAND_BY = timedelta(seconds=3)
"""How often it is looked whether nobody sends."""

log = structlog.get_logger(__name__)


async def run_feeds(feeds: Feeds, look: timedelta = LOOK, stand_by: timedelta = STAND_BY) -> None:
    """Send for ever, or stand by while another process does. Takes two connections, or more."""
    while True:
        try:
            async with _alone(feeds) as connection:
                if connection:
                    await _send_to_all(feeds, connection, look)
        except* StoreUnavailable:
            log.warning("feeds_wait")
        await asyncio.sleep(stand_by.total_seconds())


async def _send_to_all(feeds: Feeds, connection: Connection, look: timedelta) -> None:
    """Each receiver in a task of its own: none waits for another."""
    under_way: dict[str, asyncio.Task[None]] = {}
    async with asyncio.TaskGroup() as group:
        while True:
            for one in await due(connection):
                if one.id not in under_way or under_way[one.id].done():
                    under_way[one.id] = group.create_task(deliver(feeds, one))
            await asyncio.sleep(look.total_seconds())


@asynccontextmanager
async def _alone(feeds: Feeds) -> AsyncIterator[Connection | None]:
    """The connection that holds the lock; none if another process has it."""
    with store_errors():
        connection = await feeds.pool.acquire()
    try:
        with store_errors():
            locked = await connection.fetchval(query("try_lock"))
        try:
            yield connection if locked else None
        finally:
            if locked:
                with suppress(StoreUnavailable), store_errors():
                    await connection.execute(query("unlock"))
    finally:
        await feeds.pool.release(connection)
