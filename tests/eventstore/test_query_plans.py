"""What runs all day runs on an index, also when the log is large."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from domain.events import registry
from domain.events.envelope import event_id_of
from domain.events.registry import EventType
from eventstore.cipher import PLAINTEXT
from eventstore.connect import Pool, create_pool, fetch_one
from eventstore.encryption.sql import query as of_keys
from eventstore.reads import Reading, ReadLog
from eventstore.seal.sql import query as of_seal
from eventstore.sql import query
from eventstore.store import EventStore
from tests.emptied import END_OTHERS
from tests.eventstore.given import WHEN, Noted, a_stream, command, notes

pytestmark = pytest.mark.asyncio

FILL = """
    INSERT INTO carepath_log.events (seq, stream_id, version, event_id, type, schema_version,
        effective_at, actor, command_id, data)
    SELECT nextval('carepath_log.events_seq'), 'pathway-' || stream, version, gen_random_uuid(),
        'test.noted', 1, now(), '{}', gen_random_uuid(), '{}'
    FROM generate_series(1, 500) AS stream, generate_series(1, 20) AS version;

    INSERT INTO carepath_log.patient_keys (key_id, stream_id, wrapped, wrapped_by)
    SELECT gen_random_uuid(), 'pathway-' || stream, '', 'k' FROM generate_series(1, 5000) AS stream;

    INSERT INTO carepath_log.seal_tiles (level, index, hashes, seqs, first_seq, last_seq)
    SELECT 0, tile, sha256(''), '', tile * 256 + 1, tile * 256 + 256
    FROM generate_series(0, 5000) AS tile;

    UPDATE carepath_log.watermark SET settled_seq = 10000;
    ANALYZE carepath_log.events, carepath_log.patient_keys, carepath_log.seal_tiles;
"""
GROWS = {"events", "patient_keys", "seal_tiles"}


@pytest_asyncio.fixture
async def filled(log_dsn: str) -> AsyncIterator[Pool]:
    """A pool of one session, with nobody beside it who could still count in the statistics."""
    pool = await create_pool(log_dsn, max_size=1)
    await pool.execute(END_OTHERS)
    await pool.execute(FILL)
    yield pool
    await pool.close()


@dataclass(frozen=True)
class Hot:
    """A query that runs all day, the index it runs on, and whether it may sort what it found."""

    text: str
    arguments: tuple[Any, ...]
    index: str
    sorts: bool = False


BY_VERSION, BY_EVENT = "events_stream_id_version_key", "events_event_id_key"
COMMAND = uuid4()
SOME = [uuid4() for _ in range(60)]
HOT = {
    "read_stream": Hot(query("read_stream"), ("pathway-7", 3), BY_VERSION, sorts=True),
    "read_settled": Hot(query("read_settled"), (5000, 100), "events_pkey"),
    "command_result": Hot(
        query("command_result"),
        ("pathway-7", COMMAND, event_id_of(COMMAND, 0)),
        BY_EVENT,
        sorts=True,
    ),
    "streams": Hot(query("streams"), ("pathway", "pathway-2", 100), BY_VERSION),
    "watermark": Hot(query("watermark"), (), "events_pkey"),
    "versions": Hot(query("versions"), (["pathway-7", "pathway-8"],), BY_VERSION),
    "known_events": Hot(query("known_events"), (SOME,), BY_EVENT),
    "holds_in_clear": Hot(query("holds_in_clear"), ("pathway-7", ["test.noted"]), BY_VERSION),
    "broken_glass": Hot(query("broken_glass"), ("access-7", WHEN, "dana", "clinician"), BY_VERSION),
    "keys_by_id": Hot(of_keys("keys_by_id"), (SOME,), "patient_keys_pkey"),
    "key_of_stream": Hot(of_keys("key_of_stream"), ("pathway-7",), "patient_keys_stream_id_key"),
    "leaves": Hot(of_seal("leaves"), (5000, 6000, 256), "events_pkey"),
    "seq_of_event": Hot(of_seal("seq_of_event"), (COMMAND,), BY_EVENT),
    "tile_of_seq": Hot(of_seal("tile_of_seq"), (5000,), "seal_tiles_first_seq"),
    "tiles": Hot(of_seal("tiles"), ([0, 0], [7, 8]), "seal_tiles_pkey"),
}


async def test_the_hot_queries_use_their_index(filled: Pool) -> None:
    for name, hot in HOT.items():
        [row] = await filled.fetch(f"EXPLAIN (FORMAT JSON) {hot.text}", *hot.arguments)
        nodes = list(_nodes(json.loads(row[0])[0]["Plan"]))
        scanned = {node.get("Relation Name") for node in nodes if node["Node Type"] == "Seq Scan"}
        assert not GROWS & scanned, name
        assert hot.index in {node.get("Index Name") for node in nodes}, name
        assert "Sort" not in {node["Node Type"] for node in nodes} or hot.sorts, name


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from _nodes(inner)


TIMES = 10
"""So often that PostgreSQL has settled for one plan for whatever a function is called with."""


async def alone(pool: Pool) -> None:
    store, stream = EventStore(pool), a_stream()
    for version in range(TIMES):
        await store.append(stream, version, notes("a"))


async def together(pool: Pool) -> None:
    store, streams = EventStore(pool), [a_stream() for _ in range(16)]
    for version in range(TIMES):
        await asyncio.gather(*(store.append(one, version, notes("a")) for one in streams))


async def of_several_events(pool: Pool) -> None:
    store, stream = EventStore(pool), a_stream()
    for number in range(TIMES):
        await store.append(stream, 2 * number, notes("a", "b"))


class Read(Noted):
    """What the log takes for a read, as its type begins with `access.`."""


async def of_what_was_read(pool: Pool) -> None:
    reads, streams = ReadLog(pool, PLAINTEXT), [a_stream("access") for _ in range(4)]
    for _ in range(TIMES):
        await reads.append([Reading(one, *command(Read(at=WHEN))) for one in streams])


async def scans(pool: Pool) -> tuple[int, int]:
    """How often the log was scanned since it was made, from end to end and by an index."""
    await pool.execute("SELECT pg_stat_force_next_flush()")
    row = await fetch_one(
        pool, "SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE relname = 'events'"
    )
    return row["seq_scan"], row["idx_scan"]


@pytest.mark.parametrize("append", [alone, together, of_several_events, of_what_was_read])
async def test_an_append_never_scans_the_log(
    filled: Pool, append: Callable[[Pool], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = registry._BY_MODEL | {Read: EventType("access.noted", Read)}
    monkeypatch.setattr(registry, "_BY_MODEL", known)
    whole, by_index = await scans(filled)
    await append(filled)
    whole_since, by_index_since = await scans(filled)
    assert whole_since == whole
    assert by_index_since >= by_index + TIMES
