"""A log moved to another cluster by dump and restore goes on where it was."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from eventstore.connect import PlainConnection, Pool, create_pool
from eventstore.settle import tick
from eventstore.store import EventStore
from tests.eventstore.given import a_stream, notes
from workers.embedded.postgres_server import postgres_server

pytestmark = pytest.mark.asyncio


async def test_a_restored_dump_neither_stalls_nor_skips(
    store: EventStore,
    pool: Pool,
    log_dsn: str,
    connect: Callable[[], Awaitable[PlainConnection]],
    tool: Callable[..., Awaitable[str]],
) -> None:
    """The dump holds a candidate that still waits, with an id far ahead of the other cluster's."""
    stream, holding = a_stream(), await connect()
    await pool.execute(
        "DO 'BEGIN FOR i IN 1..20000 LOOP COMMIT; PERFORM pg_current_xact_id(); END LOOP; END'"
    )
    await store.append(stream, 0, notes("a"))
    async with pool.acquire() as connection:
        await tick(connection)
        await holding.execute("BEGIN")
        await holding.execute("SELECT pg_current_xact_id()")
        await store.append(stream, 1, notes("b"))
        assert await tick(connection) == 1
    dump = await tool("pg_dump", log_dsn)
    await holding.execute("ROLLBACK")

    async with postgres_server() as elsewhere:
        await tool("psql", "--quiet", "--set=ON_ERROR_STOP=1", elsewhere, said=dump)
        other = await create_pool(elsewhere)
        restored = EventStore(other)
        async with other.acquire() as connection:
            assert await tick(connection) == 2
            await restored.append(stream, 2, notes("c"))
            assert await tick(connection) == 3
        assert [event.seq for event in await restored.read_settled(0, 10)] == [1, 2, 3]
        assert [event.version for event in await restored.read_stream(stream)] == [1, 2, 3]
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await other.execute("DELETE FROM carepath_log.events")
        await other.close()
