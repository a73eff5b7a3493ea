"""A real PostgreSQL for the session, and an empty log for every test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from eventstore.connect import PlainConnection, Pool, create_pool
from eventstore.store import EventStore
from tests.emptied import EmptiedLog
from workers.embedded.postgres_server import postgres_server

DATABASE = "log_of_the_session"
numbers = count(1)

SLOWEST_FIRST = ("long", "faults", "journeys", "stack", "workflows", "workers", "pages")
"""Folders whose tests start servers or browsers: were they last, one process would end late."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take the slow folders first; everything else keeps its order."""
    places = {folder: place for place, folder in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda one: places.get(one.path.parent.name, len(places)))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_dsn() -> AsyncIterator[str]:
    async with postgres_server() as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database_dsn(postgres_dsn: str) -> str:
    """One database for the session: emptying its log takes a tenth of making a database."""
    await run_on(postgres_dsn, f"CREATE DATABASE {DATABASE}")
    return database_of(postgres_dsn, DATABASE)


@pytest_asyncio.fixture
async def empty_dsn(postgres_dsn: str) -> AsyncIterator[str]:
    async with database(postgres_dsn) as dsn:
        yield dsn


@pytest_asyncio.fixture
async def on_empty(empty_dsn: str) -> AsyncIterator[PlainConnection]:
    connection = await asyncpg.connect(empty_dsn)
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
def emptied_log() -> EmptiedLog:
    return EmptiedLog()


@pytest_asyncio.fixture
async def log_dsn(database_dsn: str, emptied_log: EmptiedLog) -> str:
    """The DSN of an empty log; sessions that an earlier test left open are ended."""
    await emptied_log.be_empty(database_dsn)
    return database_dsn


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
async def database(server_dsn: str, template: str = "template1") -> AsyncIterator[str]:
    """A new database, as a copy of another; nobody may be connected to that one."""
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
