"""Reading a page costs what a page costs, however long the log is."""

import json
from typing import Any

import pytest

from activities.feeds.page import STRETCH
from activities.feeds.subscription import query
from eventstore.connect import Pool

FILL = """
    INSERT INTO carepath_log.events (
        seq, stream_id, version, event_id, type, schema_version, effective_at, actor, command_id,
        data
    )
    SELECT
        nextval('carepath_log.events_seq'), 'pathway-' || number, 1, gen_random_uuid(),
        CASE WHEN number % 1000 = 0 THEN 'pathway.closed' ELSE 'pathway.resumed' END, 1, now(),
        '{}', gen_random_uuid(), '{}'
    FROM generate_series(1, 30000) AS number;
    UPDATE carepath_log.watermark SET settled_seq = 30000;
    ANALYZE carepath_log.events;
"""


@pytest.mark.parametrize("types", [[], ["pathway.closed"], ["escalation.*"]])
async def test_a_page_is_read_by_the_primary_key(pool: Pool, types: list[str]) -> None:
    await pool.execute(FILL)
    asked: tuple[Any, ...] = (15_000, 15_000 + STRETCH, types, [], 50)
    [row] = await pool.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {query('page')}", *asked)
    plan = json.loads(row[0])[0]["Plan"]

    nodes = list(_nodes(plan))
    assert "events_pkey" in {node.get("Index Name") for node in nodes}
    on_events = [node for node in nodes if node.get("Relation Name") == "events"]
    assert {node["Node Type"] for node in on_events} <= {"Index Scan", "Bitmap Heap Scan"}
    assert sum(node.get("Rows Removed by Filter", 0) for node in nodes) <= STRETCH


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(one for inner in plan.get("Plans", []) for one in _nodes(inner))]
