"""What runs all day runs on an index, also when the log is large."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from domain.events.envelope import event_id_of
from eventstore.connect import Pool
from eventstore.sql import query
from eventstore.store import EventStore
from tests.eventstore.given import a_stream, notes

pytestmark = pytest.mark.asyncio

FILL = """
    INSERT INTO carepath_log.events (seq, stream_id, version, event_id, type, schema_version,
        effective_at, actor, command_id, data)
    SELECT nextval('carepath_log.events_seq'), 'pathway-' || stream, version, gen_random_uuid(),
        'test.noted', 1, now(), '{}', gen_random_uuid(), '{}'
    FROM generate_series(1, 500) AS stream, generate_series(1, 20) AS version
"""


@pytest_asyncio.fixture
async def filled(pool: Pool) -> Pool:
    await pool.execute(FILL)
    await pool.execute("UPDATE carepath_log.watermark SET settled_seq = 10000")
    await pool.execute("ANALYZE carepath_log.events")
    return pool


COMMAND = uuid4()
HOT = {
    "read_stream": (("pathway-7", 3), "events_stream_id_version_key"),
    "read_settled": ((5000, 100), "events_pkey"),
    "command_result": (("pathway-7", COMMAND, event_id_of(COMMAND, 0)), "events_event_id_key"),
    "streams": (("pathway", "pathway-2", 100), "events_stream_id_version_key"),
    "watermark": ((), "events_pkey"),
}

SMALL = ("read_stream", "command_result")
"""These may sort: what they sort is one stream."""


async def test_the_hot_queries_use_their_index(filled: Pool) -> None:
    for name, (arguments, index) in HOT.items():
        [row] = await filled.fetch(f"EXPLAIN (FORMAT JSON) {query(name)}", *arguments)
        nodes = list(_nodes(json.loads(row[0])[0]["Plan"]))
        assert "Seq Scan" not in {
            node["Node Type"] for node in nodes if node.get("Relation Name") == "events"
        }, name
        assert index in {node.get("Index Name") for node in nodes}, name
        assert "Sort" not in {node["Node Type"] for node in nodes} or name in SMALL, name


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from _nodes(inner)


async def test_an_append_never_scans_the_log(filled: Pool) -> None:
    """Asked of one connection, in one transaction, because its counters are its own until then."""
    async with filled.acquire() as connection, connection.transaction():
        store = EventStore(connection)
        stream = a_stream()
        for version in range(10):
            await store.append(stream, version, notes("a"))
        scans = await connection.fetchrow(
            "SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'events'"
        )
    assert scans is not None
    assert (scans["seq_scan"], scans["idx_scan"]) == (0, 20)
