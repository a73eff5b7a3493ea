"""A real PostgreSQL for the session, and a database of its own for every test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from eventstore.connect import PlainConnection, Pool, create_pool
from eventstore.migrate import migrate
from eventstore.store import EventStore
from workers.embedded.postgres_server import postgres_server

TEMPLATE = "migrated_log"
numbers = count(1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_dsn() -> AsyncIterator[str]:
    async with postgres_server() as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_template(postgres_dsn: str) -> str:
    await run_on(postgres_dsn, f"CREATE DATABASE {TEMPLATE}")
    connection = await asyncpg.connect(database_of(postgres_dsn, TEMPLATE))
    await migrate(connection)
    await connection.close()
    return TEMPLATE


@pytest_asyncio.fixture
async def empty_dsn(postgres_dsn: str) -> AsyncIterator[str]:
    async with database(postgres_dsn, "template1") as dsn:
        yield dsn


@pytest_asyncio.fixture
async def on_empty(empty_dsn: str) -> AsyncIterator[PlainConnection]:
    connection = await asyncpg.connect(empty_dsn)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def log_dsn(postgres_dsn: str, migrated_template: str) -> AsyncIterator[str]:
    async with database(postgres_dsn, migrated_template) as dsn:
        yield dsn


@pytest_asyncio.fixture
async def pool(log_dsn: str) -> AsyncIterator[Pool]:
    pool = await create_pool(log_dsn, max_size=20)
    yield pool
    await asyncio.wait_for(pool.close(), 10)


@pytest.fixture
def store(pool: Pool) -> EventStore:
    return EventStore(pool)


@pytest_asyncio.fixture
async def connect(log_dsn: str) -> AsyncIterator[Callable[[], Awaitable[PlainConnection]]]:
    """Opens connections of their own, which are closed with the test."""
    async with AsyncExitStack() as opened:

        async def another() -> PlainConnection:
            connection = await asyncpg.connect(log_dsn)
            opened.push_async_callback(connection.close, timeout=10)
            return connection

        yield another


@asynccontextmanager
async def database(server_dsn: str, template: str) -> AsyncIterator[str]:
    name = f"test_{next(numbers)}"
    await run_on(server_dsn, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield database_of(server_dsn, name)
    await run_on(server_dsn, f"DROP DATABASE {name} WITH (FORCE)")


def database_of(dsn: str, name: str) -> str:
    return urlsplit(dsn)._replace(path=f"/{name}").geturl()


async def run_on(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(statement)
    await connection.close()
