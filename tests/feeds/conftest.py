"""A clinic with an encrypted log, and a receiver on loopback."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.activities.web_server import web_server
from tests.encryption.conftest import cipher, encrypted, ring, wrapper
from tests.feeds.given import Clinic

__all__ = ("cipher", "encrypted", "ring", "wrapper")


@pytest_asyncio.fixture
async def clinic(pool: Pool, encrypted: EventStore, tmp_path: Path) -> AsyncIterator[Clinic]:
    async with web_server() as web:
        yield Clinic(pool, encrypted, web, tmp_path)
