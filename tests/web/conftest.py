"""The API on a real log, with a clock that the test sets.

All tests share one database. Each has an identity key of its own, so that no patient is met twice.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
import yaml

from domain.actor import ROLES
from domain.programmes.definition import Definition
from eventstore.connect import Pool, create_pool
from eventstore.migrate import migrate
from eventstore.store import EventStore
from tests.conftest import database
from tests.definitions import by_hand
from tests.web.api import TOKEN, Api, token_of
from tests.web.entities import EntitiesHere
from web.app import create_app
from web.services import Services
from web.tokens import Token


@asynccontextmanager
async def migrated(server_dsn: str) -> AsyncIterator[str]:
    """Where a log of its own is."""
    async with database(server_dsn) as dsn:
        connection = await asyncpg.connect(dsn)
        await migrate(connection)
        await connection.close()
        yield dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def log_dsn(postgres_dsn: str) -> AsyncIterator[str]:
    async with migrated(postgres_dsn) as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pool(log_dsn: str) -> AsyncIterator[Pool]:
    async with await create_pool(log_dsn) as pool:
        yield pool


@asynccontextmanager
async def empty_log(server_dsn: str) -> AsyncIterator[Pool]:
    """A log of its own, for what the other tests' patients would change."""
    async with migrated(server_dsn) as dsn, await create_pool(dsn) as pool:
        yield pool


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_time(self, **length: float) -> None:
        self.at += timedelta(**length)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def entities(store: EventStore, clock: Clock) -> EntitiesHere:
    return EntitiesHere(store, clock)


@pytest.fixture
def services(store: EventStore, pool: Pool, entities: EntitiesHere, clock: Clock) -> Services:
    return Services(store, entities, pool, tokens(), token_bytes(32), now=clock)


@pytest_asyncio.fixture
async def api(services: Services) -> AsyncIterator[Api]:
    async with open_api(services) as api:
        yield api


@pytest.fixture
def definition() -> dict[str, Any]:
    text = Path("domain/programmes/mbt-g.yaml").read_text()
    return by_hand(Definition.model_validate(yaml.safe_load(text))).model_dump(mode="json")


@pytest_asyncio.fixture
async def clinic(api: Api, definition: dict[str, Any]) -> Api:
    """The API of a clinic that has published its programme."""
    published = await api.post("/api/programmes", json=definition)
    assert published.status_code == 200, published.text
    return api


def tokens() -> tuple[Token, ...]:
    """One for each role; the coordinator's subject is account-1."""
    return tuple(
        Token(
            sha256=hashlib.sha256(token_of(role).encode()).hexdigest(),
            subject=f"account-{number}",
            role=role,
        )
        for number, role in enumerate(ROLES, start=1)
    )


def open_api(services: Services) -> Api:
    app = create_app(services)
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    api = Api(transport=transport, base_url="http://carepath", headers=headers)
    api.app = app
    return api
