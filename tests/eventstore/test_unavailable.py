"""A store that cannot be reached is one error, whatever the driver calls it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from eventstore.connect import PlainConnection, Pool, create_pool
from eventstore.errors import StoreUnavailable
from eventstore.store import EventStore
from tests.eventstore.given import a_stream, notes
from workers.embedded.ports import any_free_port

pytestmark = pytest.mark.asyncio

Connect = Callable[[], Awaitable[PlainConnection]]


async def test_nobody_listens() -> None:
    with pytest.raises(StoreUnavailable, match="try the same command again"):
        await create_pool(f"postgresql://nobody@127.0.0.1:{any_free_port()}/nothing")


async def test_a_closed_pool(log_dsn: str) -> None:
    pool = await create_pool(log_dsn)
    await pool.close()
    with pytest.raises(StoreUnavailable):
        await EventStore(pool).append(a_stream(), 0, notes("a"))


async def test_an_append_whose_session_ends_can_be_repeated(
    store: EventStore, connect: Connect
) -> None:
    stream, events = a_stream(), notes("a")
    blocking, killing = await connect(), await connect()
    await blocking.execute("BEGIN")
    await blocking.execute(LOCK, stream)
    appending = asyncio.create_task(store.append(stream, 0, events))
    while not await killing.fetchval(WAITS):
        pass
    await killing.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")

    with pytest.raises(StoreUnavailable):
        await appending
    await blocking.execute("ROLLBACK")
    assert (await store.append(stream, 0, events)).repeated is False


async def test_an_append_that_waits_too_long_for_its_stream(pool: Pool, connect: Connect) -> None:
    stream, blocking = a_stream(), await connect()
    await blocking.execute("BEGIN")
    await blocking.execute(LOCK, stream)
    async with pool.acquire() as connection:
        await connection.execute("SET lock_timeout = '10ms'")
        with pytest.raises(StoreUnavailable, match="LockNotAvailable"):
            await EventStore(connection).append(stream, 0, notes("a"))
        await connection.execute("RESET lock_timeout")


LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
WAITS = """
    SELECT EXISTS (
        SELECT FROM pg_locks
        WHERE NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""
