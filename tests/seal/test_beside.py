"""A forged event beside a sealed one is found, and no reader takes it for the log's."""

import asyncpg
import pytest

from eventstore.seal.errors import SealBroken
from eventstore.seal.sealer import seal_once
from eventstore.store import EventStore
from tests.seal.given import Clinic

pytestmark = pytest.mark.asyncio

BESIDE = """
    INSERT INTO carepath_log.{} SELECT (jsonb_populate_record(e, jsonb_build_object(
        'version', 2, 'event_id', gen_random_uuid(), 'data', '\\x7b2274657874223a22666f72676564227d'
    ))).* FROM ONLY carepath_log.events AS e WHERE seq = {}
"""
ONE_ROW_A_NUMBER = "ALTER TABLE carepath_log.events {} CONSTRAINT events_pkey"
TABLE_BESIDE = "CREATE TABLE carepath_log.later () INHERITS (carepath_log.events)"
AGAIN = """
    INSERT INTO carepath_log.events SELECT * FROM ONLY carepath_log.events AS e WHERE seq = {}
"""


async def done_past_carepath(clinic: Clinic, *statements: str) -> None:
    """What the owner of the database may do; each statement may say that nothing was touched."""
    connection = await asyncpg.connect(clinic.dsn)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def sealed(clinic: Clinic) -> None:
    await clinic.fill(700)
    await clinic.seal()
    assert await clinic.told() == []


@pytest.mark.parametrize("seq", [1, 40, 257, 690, 700])
async def test_an_event_put_in_at_a_sealed_number_is_extra(clinic: Clinic, seq: int) -> None:
    await sealed(clinic)
    await done_past_carepath(clinic, ONE_ROW_A_NUMBER.format("DROP"), BESIDE.format("events", seq))
    assert await clinic.told() == [("row_extra", seq), ("guard_missing", None)]


async def test_the_sealed_event_itself_put_in_again_is_extra(clinic: Clinic) -> None:
    await sealed(clinic)
    names = ("events_pkey", "events_stream_id_version_key", "events_event_id_key")
    drop = [f"ALTER TABLE carepath_log.events DROP CONSTRAINT {name}" for name in names]
    await done_past_carepath(clinic, *drop, AGAIN.format(40))
    assert await clinic.told() == [("row_extra", 40), *[("guard_missing", None)] * 3]


async def test_beside_a_changed_event_both_are_told(clinic: Clinic) -> None:
    await sealed(clinic)
    await done_past_carepath(clinic, ONE_ROW_A_NUMBER.format("DROP"), BESIDE.format("events", 40))
    await clinic.tamper("UPDATE carepath_log.events SET data = '1' WHERE seq = 40 AND version = 1")
    found = [("row_changed", 40), ("row_extra", 40), ("guard_missing", None)]
    assert await clinic.told() == found


@pytest.mark.parametrize("seq", [40, 690])
async def test_a_table_beside_the_events_is_found_and_read_by_nobody(
    clinic: Clinic, seq: int
) -> None:
    await sealed(clinic)
    await done_past_carepath(clinic, TABLE_BESIDE, BESIDE.format("later", seq))
    assert [one.message.partition(":")[0] for one in await clinic.found()] == [
        "the table carepath_log.later inherits from carepath_log.events"
    ]
    store = EventStore(clinic.pool)
    [event] = await store.read_settled(seq - 1, 1)
    assert (event.version, event.data != b"") == (1, True)
    assert [one.version for one in await store.read_stream(event.stream_id)] == [1]
    assert [one.seq for one in await store.read_settled(seq - 2, 3)] == [seq - 1, seq, seq + 1]


async def test_two_events_at_one_number_are_not_sealed(clinic: Clinic) -> None:
    await clinic.fill(20)
    await done_past_carepath(clinic, ONE_ROW_A_NUMBER.format("DROP"), BESIDE.format("events", 7))
    with pytest.raises(SealBroken, match="two events have the number 7"):
        await seal_once(clinic.pool, clinic.keys)


@pytest.mark.parametrize(
    "statement",
    [
        ONE_ROW_A_NUMBER.format("DROP"),
        "ALTER TABLE carepath_log.events DROP CONSTRAINT events_event_id_key",
        "ALTER TABLE carepath_log.events DROP CONSTRAINT events_stream_id_version_key",
        "ALTER TABLE carepath_log.events DISABLE TRIGGER refuse_rewriting",
        "ALTER TABLE carepath_log.events ENABLE TRIGGER refuse_rewriting",
        "DROP TRIGGER refuse_losing_keys ON carepath_log.patient_keys",
        "ALTER TABLE carepath_log.seal_tiles DISABLE TRIGGER refuse_resealing",
        TABLE_BESIDE,
    ],
)
async def test_a_guard_that_was_taken_away_is_told(clinic: Clinic, statement: str) -> None:
    await clinic.fill(3)
    await clinic.seal()
    await done_past_carepath(clinic, statement)
    assert await clinic.told() == [("guard_missing", None)]
