"""Nobody rewrites the log: not the application's role, and not the owner by accident."""

from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from eventstore.connect import PlainConnection, Pool, create_pool
from eventstore.settle import tick
from eventstore.sql import query
from eventstore.store import EventStore
from tests.eventstore.given import a_stream, notes

pytestmark = pytest.mark.asyncio

Connect = Callable[[], Awaitable[PlainConnection]]
REWRITES = (
    "UPDATE carepath_log.events SET data = ''",
    "DELETE FROM carepath_log.events",
    "TRUNCATE carepath_log.events",
    "TRUNCATE carepath_log.events CASCADE",
)


@pytest.mark.parametrize("role", ["origin", "replica"])
async def test_rewriting_is_refused_even_to_the_owner(
    store: EventStore, connect: Connect, role: str
) -> None:
    await store.append(a_stream(), 0, notes("a"))
    owner = await connect()
    await owner.execute(f"SET session_replication_role = {role}")

    for rewrite in REWRITES:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await owner.execute(rewrite)

    assert await store.count() == 1


ROLE = "log_application_of_a_test"
RIGHTS = f"""
    CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE}';
    GRANT USAGE ON SCHEMA carepath_log TO {ROLE};
    GRANT SELECT ON ALL TABLES IN SCHEMA carepath_log TO {ROLE};
    GRANT SELECT ON ALL SEQUENCES IN SCHEMA carepath_log TO {ROLE};
    GRANT EXECUTE ON FUNCTION carepath_log.append_one, carepath_log.settle TO {ROLE};
"""


@pytest_asyncio.fixture
async def application(log_dsn: str, connect: Connect) -> AsyncIterator[Pool]:
    """A pool with the rights that an application role gets, and no more."""
    owner = await connect()
    await owner.execute(RIGHTS)
    login = urlsplit(log_dsn)
    dsn = login._replace(netloc=f"{ROLE}:{ROLE}@{login.hostname}:{login.port}").geturl()
    pool = await create_pool(dsn, max_size=2)
    yield pool
    await pool.close()
    await owner.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


async def test_an_application_appends_settles_and_reads(application: Pool) -> None:
    store, stream = EventStore(application), a_stream()
    await store.append(stream, 0, notes("a"))
    async with application.acquire() as connection:
        assert await tick(connection) == 1
    assert len(await store.read_settled(0, 10)) == len(await store.read_stream(stream)) == 1
    assert (await store.watermark()).last_seq == 1


FORBIDDEN = (
    *REWRITES,
    "INSERT INTO carepath_log.events SELECT * FROM carepath_log.events",
    "SELECT nextval('carepath_log.events_seq')",
    "SELECT setval('carepath_log.events_seq', 1)",
    "UPDATE carepath_log.watermark SET settled_seq = 9",
    "ALTER TABLE carepath_log.events DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
)


async def test_an_application_can_do_nothing_else(application: Pool) -> None:
    for forbidden in FORBIDDEN:
        with pytest.raises(
            asyncpg.InsufficientPrivilegeError, match=r"permission denied|must be owner"
        ):
            await application.execute(forbidden)


async def test_without_a_grant_nobody_appends_or_settles(
    application: Pool, connect: Connect
) -> None:
    owner = await connect()
    await owner.execute(
        f"REVOKE EXECUTE ON FUNCTION carepath_log.append_one, carepath_log.settle FROM {ROLE}"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await EventStore(application).append(a_stream(), 0, notes("a"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.fetch(query("settle"))
