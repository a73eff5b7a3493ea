"""Nobody rewrites the log, not even who made it, by accident; for the roles see test_rights."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from eventstore.connect import PlainConnection
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
