"""The deadlines: what every entity's clock waits for, found without reading a stream."""

from datetime import UTC, datetime, timedelta

import pytest_asyncio

from audit.living import CLOSING
from domain.deciders import decider_of
from domain.fold import fold
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.deadlines.reading import list_closed, list_late, list_open, open_among
from projections.deadlines.view import DEADLINES
from projections.rebuild import rebuild
from projections.tables import create_copy, ensure_catalogue, look_into
from tests.projections.clinic import UNTIL, written_clinic
from tests.projections.test_query_plans import plan_of, reads

EVER = datetime.max.replace(tzinfo=UTC)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
NOW = datetime(2026, 3, 1, tzinfo=UTC)

FILLED = """
    INSERT INTO clocks
    SELECT 'pathway-' || n, n % 8 = 0,
        CASE n % 8 WHEN 0 THEN timestamptz '2026-01-01' + n * interval '1 hour' END,
        timestamptz '2025-01-01' + n * interval '1 minute'
    FROM generate_series(1, 20000) AS n
"""


@pytest_asyncio.fixture
async def filled(pool: Pool) -> Pool:
    """The clocks of 20,000 pathways, of which one in eight is open."""
    await ensure_catalogue(pool)
    async with pool.acquire() as connection:
        await create_copy(connection, DEADLINES, DEADLINES.schema)
        async with connection.transaction():
            await look_into(connection, DEADLINES.schema)
            await connection.execute(FILLED)
        await connection.execute("ANALYZE")
    return pool


async def test_every_clock_shows_what_its_decider_waits_for(store: EventStore, pool: Pool) -> None:
    await ensure_catalogue(pool)
    clinic = await written_clinic(store, pool)
    await rebuild(DEADLINES, store, pool)
    everybody = [*await list_open(pool, 1000), *await list_closed(pool, LONG_AGO, 1000)]
    shown = {one.entity_id: (one.open, one.next_at) for one in everybody}
    told = {}
    for entity_id in await store.streams(None, "", 1000):
        decider = decider_of(entity_id)
        events = await store.read_stream(entity_id)
        state = fold(decider, events).state
        is_open = not decider.is_closed(state)
        deadlines = decider.deadlines(state) if is_open else []
        assert is_open != bool({one.type for one in events} & {*CLOSING}), entity_id
        told[entity_id] = (is_open, deadlines[0].at if deadlines else None)
    assert shown == {one: of for one, of in told.items() if one not in clinic.erased}
    assert {is_open for is_open, _ in shown.values()} == {True, False}
    assert await list_late(pool, UNTIL, 10) == [], "every clock has been heard until then"


async def test_pages_go_on_where_the_one_before_ended(filled: Pool) -> None:
    late = await list_late(filled, EVER, 30)
    assert [one.entity_id for one in late[:2]] == ["pathway-8", "pathway-16"]
    assert await list_late(filled, EVER, 20, late[9]) == late[10:]
    assert await list_late(filled, late[0].last_event_at, 20) == []

    by_id = await list_open(filled, 30)
    assert await list_open(filled, 20, by_id[9].entity_id) == by_id[10:]

    closed = await list_closed(filled, LONG_AGO, 30)
    assert await list_closed(filled, LONG_AGO, 20, closed[9]) == closed[10:]
    assert await list_closed(filled, closed[10].last_event_at, 20) == closed[10:]

    asked = [by_id[0].entity_id, closed[0].entity_id, "pathway-unknown"]
    assert await open_among(filled, asked) == {by_id[0].entity_id}


async def test_each_is_found_along_an_index_however_many_are_closed(filled: Pool) -> None:
    asked = (
        ("late", (NOW, LONG_AGO, "", 100), "clocks_by_next"),
        ("open", ("pathway-1", 100), "clocks_open"),
        ("closed", (NOW - timedelta(days=7), "", 100), "clocks_closed"),
        ("those_open", ([f"pathway-{n}" for n in range(100)],), "clocks_"),
    )
    async with filled.acquire() as connection:
        for name, arguments, index in asked:
            steps = [*await plan_of(connection, DEADLINES, name, arguments, "")]
            used = reads(steps)
            assert any(one.startswith(index) for one in used), (name, used)
            assert "Seq Scan" not in used, name
            assert "Sort" not in {one["Node Type"] for one in steps}, name
