"""A log moved to another database is the same log, goes on, and is never half there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import pytest
import pytest_asyncio

from eventstore.connect import PlainConnection, Pool, create_pool
from eventstore.copying.copy import TABLES, Copied, copy_log
from eventstore.copying.errors import CopyDiffers, SchemasDiffer, TargetInUse
from eventstore.errors import StoreUnavailable
from eventstore.migrate import migrate
from eventstore.settle import tick
from eventstore.store import EventStore
from tests.eventstore.given import a_stream, notes

pytestmark = pytest.mark.asyncio

Connect = Callable[[], Awaitable[PlainConnection]]


@pytest_asyncio.fixture
async def target(empty_dsn: str) -> AsyncIterator[Pool]:
    pool = await create_pool(empty_dsn)
    yield pool
    await pool.close()


@pytest_asyncio.fixture
async def source(store: EventStore, connect: Connect) -> PlainConnection:
    """Three settled events, a gap in the numbers, a patient's key, and what tells keys apart."""
    connection = await connect()
    await store.append("pathway-1", 0, notes("a", "b"))
    await connection.execute("SELECT nextval('carepath_log.events_seq')")
    await store.append("pathway-2", 0, notes("c"))
    await connection.execute(
        "SELECT carepath_log.ensure_patient_key('pathway-1', $1, '\\x01', 'k')", uuid4()
    )
    await connection.execute(
        "INSERT INTO carepath_log.key_fingerprints VALUES ('organisation-k.key', sha256('k'))"
    )
    await tick(connection)
    return connection


NOT_COPIED = {"watermark", "migrations", "sessions", "subscriptions", "calendar_links"}
"""What the target has of its own: how far it is settled, by what it was made, who is signed in."""


async def test_every_table_of_the_log_is_copied(connect: Connect) -> None:
    tables = await (await connect()).fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'carepath_log'"
    )
    assert {row["tablename"] for row in tables} == {*TABLES, *NOT_COPIED}


async def test_a_copy_holds_the_same_and_goes_on_after_it(
    source: PlainConnection, target: Pool
) -> None:
    async with target.acquire() as taking:
        assert await copy_log(source, taking) == Copied(events=3, settled_seq=4, left=0)

    copied = EventStore(target)
    for table in ("events", "patient_keys", "key_fingerprints"):
        there = [tuple(row) for row in await target.fetch(f"TABLE carepath_log.{table}")]
        assert there == [tuple(row) for row in await source.fetch(f"TABLE carepath_log.{table}")]
    assert [event.seq for event in await copied.read_settled(0, 10)] == [1, 2, 4]
    assert (await copied.append("pathway-1", 2, notes("d"))).seqs == (5,)
    async with target.acquire() as connection:
        assert await tick(connection) == 5


async def test_what_is_not_settled_is_left_and_said_to_be(
    source: PlainConnection, store: EventStore, target: Pool
) -> None:
    await store.append(a_stream(), 0, notes("later"))
    async with target.acquire() as taking:
        assert await copy_log(source, taking) == Copied(events=3, settled_seq=4, left=1)
    assert await EventStore(target).count() == 3


async def test_an_event_that_is_about_to_be_committed_is_said_to_be_left(
    source: PlainConnection, connect: Connect, target: Pool
) -> None:
    writing = await connect()
    async with writing.transaction(), target.acquire() as taking:
        await EventStore(writing).append("pathway-3", 0, notes("d"))
        assert await copy_log(source, taking) == Copied(events=3, settled_seq=4, left=1)


async def test_an_empty_log_is_copied_too(connect: Connect, target: Pool) -> None:
    async with target.acquire() as taking:
        assert await copy_log(await connect(), taking) == Copied(0, 0, 0)
        assert await tick(taking) == 0
    assert (await EventStore(target).append("pathway-1", 0, notes("a"))).seqs == (1,)


async def test_a_database_with_events_is_not_copied_into(
    source: PlainConnection, target: Pool
) -> None:
    async with target.acquire() as taking:
        await copy_log(source, taking)
        with pytest.raises(TargetInUse, match="already has 3 events"):
            await copy_log(source, taking)


async def test_a_database_that_an_installation_began_with_its_keys_is_not_copied_into(
    source: PlainConnection, target: Pool
) -> None:
    async with target.acquire() as taking:
        await migrate(taking)
        await taking.execute(
            "INSERT INTO carepath_log.key_fingerprints VALUES ('organisation-j.key', sha256('j'))"
        )
        with pytest.raises(TargetInUse, match="0 events and 1 keys"):
            await copy_log(source, taking)


async def test_a_source_at_other_migrations_is_refused(
    source: PlainConnection, target: Pool
) -> None:
    await source.execute("DELETE FROM carepath_log.migrations WHERE number > 5")
    async with target.acquire() as taking:
        with pytest.raises(SchemasDiffer, match=r"stands at migration 0005_settle\.sql"):
            await copy_log(source, taking)


async def test_a_copy_that_differs_is_not_kept(source: PlainConnection, target: Pool) -> None:
    """What a broken disk or network does to a byte, a trigger does here."""
    async with target.acquire() as taking:
        await migrate(taking)
        await taking.execute(SPOIL)
        with pytest.raises(CopyDiffers, match="events differs from number 1 on"):
            await copy_log(source, taking)
        assert await taking.fetchval("SELECT count(*) FROM carepath_log.events") == 0
        assert await taking.fetchval("SELECT settled_seq FROM carepath_log.watermark") == 0


async def test_a_connection_lost_on_the_way_is_an_unavailable_store(
    source: PlainConnection, target: Pool
) -> None:
    async with target.acquire() as taking:
        await migrate(taking)
        await taking.execute(LOSE)
        with pytest.raises(StoreUnavailable):
            await copy_log(source, taking)
    assert await EventStore(target).count() == 0


SPOIL = """
    CREATE FUNCTION carepath_log.spoil() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN IF new.seq = 2 THEN new.data := new.data || ''\\x20''; END IF; RETURN new; END';
    CREATE TRIGGER spoil BEFORE INSERT ON carepath_log.events
    FOR EACH ROW EXECUTE FUNCTION carepath_log.spoil();
"""

LOSE = """
    CREATE FUNCTION carepath_log.lose() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN new; END';
    CREATE TRIGGER lose BEFORE INSERT ON carepath_log.events
    FOR EACH ROW EXECUTE FUNCTION carepath_log.lose();
"""
