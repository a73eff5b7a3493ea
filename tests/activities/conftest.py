"""The outside world of the tests: servers on loopback, and a ledger of their own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from activities.ledger import Ledger
from eventstore.connect import Pool
from tests.activities.mail_server import Mail, mail_server
from tests.activities.web_server import Web, web_server


@pytest_asyncio.fixture
async def web() -> AsyncIterator[Web]:
    async with web_server() as web:
        yield web


@pytest_asyncio.fixture
async def mail() -> AsyncIterator[Mail]:
    async with mail_server() as mail:
        yield mail


@pytest.fixture
def ledger(pool: Pool) -> Ledger:
    return Ledger(pool)
