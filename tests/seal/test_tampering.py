"""Whatever somebody who owns the database does to the sealed log, it is found and named by seq."""

import pytest

from tests.seal.given import Clinic

pytestmark = pytest.mark.asyncio

UPDATE = "UPDATE carepath_log.events SET {} WHERE seq = {}"
EVERY_COLUMN = (
    "stream_id = stream_id || 'x'",
    "version = version + 1",
    "event_id = gen_random_uuid()",
    "type = 'test.finished'",
    "schema_version = 2",
    "recorded_at = recorded_at + interval '1 microsecond'",
    "recorded_at = 'infinity'",
    "effective_at = effective_at - interval '1 year'",
    "effective_at = '20000-01-01'",
    """actor = '{"role": "service", "subject": "account-7"}'""",
    "actor = ('[' || repeat('9', 5000) || ']')::jsonb",
    "relied_on = '{}'",
    "command_id = gen_random_uuid()",
    "causation_id = gen_random_uuid()",
    "correlation_id = gen_random_uuid()",
    "programme_version = ''",
    "key_id = gen_random_uuid()",
    "data = set_byte(data, 3, get_byte(data, 3) # 1)",
    "data = ''",
)


@pytest.mark.parametrize("change", EVERY_COLUMN)
async def test_a_change_in_any_column_is_found_and_the_event_named(
    clinic: Clinic, change: str
) -> None:
    await clinic.fill(20)
    await clinic.seal()
    assert await clinic.told() == []
    await clinic.tamper(UPDATE.format(change, 7))
    assert await clinic.told() == [("row_changed", 7)]


async def test_changes_in_several_tiles_are_each_named(clinic: Clinic) -> None:
    await clinic.fill(700)
    await clinic.seal()
    await clinic.tamper(*(UPDATE.format("data = '1'", seq) for seq in (1, 256, 257, 700)))
    assert await clinic.told() == [("row_changed", seq) for seq in (1, 256, 257, 700)]


DELETE = "DELETE FROM carepath_log.events WHERE seq = {}"


@pytest.mark.parametrize("seq", [1, 9, 256, 300, 520])
async def test_a_deleted_row_is_named(clinic: Clinic, seq: int) -> None:
    await clinic.fill(520)
    await clinic.seal()
    await clinic.tamper(DELETE.format(seq))
    assert await clinic.told() == [("row_missing", seq)]


async def test_a_row_put_in_below_the_seal_is_named(clinic: Clinic) -> None:
    await clinic.fill(5)
    await clinic.pool.execute("SELECT nextval('carepath_log.events_seq')")
    await clinic.fill(400)
    await clinic.seal()
    await clinic.tamper(
        """INSERT INTO carepath_log.events SELECT (jsonb_populate_record(e,
        jsonb_build_object('seq', 6, 'version', 2, 'event_id', gen_random_uuid()))).*
        FROM carepath_log.events AS e WHERE seq = 9"""
    )
    assert await clinic.told() == [("row_extra", 6)]


PUT_IN = """
    INSERT INTO carepath_log.events SELECT (jsonb_populate_record(e,
    jsonb_build_object('seq', {}, 'version', 2, 'event_id', gen_random_uuid()))).*
    FROM carepath_log.events AS e WHERE seq = 3
"""


@pytest.mark.parametrize("seq", [-7, 0, 21, 1_000_000])
@pytest.mark.parametrize("sealed", [True, False])
async def test_an_event_at_a_number_that_the_log_never_gave_is_named(
    clinic: Clinic, seq: int, *, sealed: bool
) -> None:
    """No sealer comes to it, and whoever reads its stream takes it for what was decided last."""
    await clinic.made_keys()
    await clinic.fill(20)
    if sealed:
        await clinic.seal()
    await clinic.tamper(PUT_IN.format(seq))
    assert await clinic.told() == [("row_extra", seq)]


SWAP = (
    "UPDATE carepath_log.events SET seq = -1 WHERE seq = {0}",
    "UPDATE carepath_log.events SET seq = {0} WHERE seq = {1}",
    "UPDATE carepath_log.events SET seq = {1} WHERE seq = -1",
)


@pytest.mark.parametrize(("one", "other"), [(4, 5), (3, 310)])
async def test_two_swapped_rows_are_named_together(clinic: Clinic, one: int, other: int) -> None:
    await clinic.fill(400)
    await clinic.seal()
    await clinic.tamper(*(step.format(one, other) for step in SWAP))
    assert await clinic.told() == [("rows_swapped", (one, other))]


async def test_a_moved_row_is_named_with_both_places(clinic: Clinic) -> None:
    await clinic.fill(5)
    await clinic.pool.execute("SELECT nextval('carepath_log.events_seq')")
    await clinic.fill(5)
    await clinic.seal()
    await clinic.tamper("UPDATE carepath_log.events SET seq = 6 WHERE seq = 9")
    assert await clinic.told() == [("row_moved", (6, 9))]


async def test_many_changed_rows_in_a_row_are_told_as_one_range(clinic: Clinic) -> None:
    await clinic.fill(600)
    await clinic.seal()
    await clinic.tamper("UPDATE carepath_log.events SET data = '1' WHERE seq BETWEEN 101 AND 450")
    assert await clinic.told() == [("row_changed", (101, 450))]


async def test_an_altered_tile_is_told_from_an_altered_event(clinic: Clinic) -> None:
    await clinic.fill(700)
    await clinic.seal()
    await clinic.tamper(
        "UPDATE carepath_log.seal_tiles SET hashes = "
        "set_byte(hashes, 40, 255 - get_byte(hashes, 40)) WHERE level = 0 AND index IN (1, 2)",
        UPDATE.format("data = '1'", 3),
    )
    assert await clinic.told() == [
        ("row_changed", 3),
        ("tile_altered", (257, 512)),
        ("tile_altered", (513, 700)),
    ]
