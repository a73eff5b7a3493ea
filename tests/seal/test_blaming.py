"""What was done to the seal's tables is told of them, and no event is blamed for it."""

from collections.abc import Sequence

import pytest

from tests.seal.given import Clinic

pytestmark = pytest.mark.asyncio

TILE = "UPDATE carepath_log.seal_tiles SET {} WHERE level = 0 AND index = {}"
GONE = "DELETE FROM carepath_log.seal_tiles WHERE level = 0 AND index = {}"
ALL_GONE = "DELETE FROM carepath_log.seal_tiles"
FIRST, SECOND, LAST = (1, 256), (257, 512), (513, 700)


@pytest.mark.parametrize(
    ("tampering", "places"),
    [
        (GONE.format(0), [FIRST]),
        (GONE.format(1), [SECOND]),
        (GONE.format(2), [LAST]),
        (TILE.format("seqs = ''", 1), [SECOND]),
        (TILE.format("seqs = substring(seqs FROM 1 FOR 80)", 1), [SECOND]),
        (TILE.format("seqs = ''", 2), [LAST]),
        (TILE.format("seqs = seqs || '\\x01'", 2), [LAST]),
        (TILE.format("first_seq = first_seq + 5", 1), [SECOND]),
        (TILE.format("first_seq = first_seq - 5", 1), [SECOND]),
        (TILE.format("last_seq = 1", 2), [LAST]),
        (TILE.format("last_seq = last_seq + 5", 2), [LAST]),
        (TILE.format("last_seq = last_seq - 5", 1), [SECOND, LAST]),
    ],
)
async def test_an_altered_tile_is_told_and_no_event(
    clinic: Clinic, tampering: str, places: Sequence[tuple[int, int]]
) -> None:
    await clinic.fill(700)
    await clinic.anchored()
    await clinic.tamper(tampering)
    assert await clinic.told() == [("tile_altered", place) for place in places]


@pytest.mark.parametrize("since", [0, 600])
async def test_all_tiles_gone_are_told_and_no_event(clinic: Clinic, since: int) -> None:
    await clinic.fill(600)
    await clinic.anchored()
    await clinic.fill(100)
    await clinic.anchored()
    await clinic.tamper(ALL_GONE)
    found = await clinic.found(since)
    assert {one.kind for one in found} == {"tile_altered"}
    assert {one.where for one in found} == {"1 to 256", "1 to 700", "257 to 512", "513 to 700"}


async def test_a_changed_event_is_still_named_beside_an_altered_tile(clinic: Clinic) -> None:
    await clinic.fill(700)
    await clinic.anchored()
    await clinic.tamper(
        TILE.format("seqs = ''", 1),
        "UPDATE carepath_log.events SET data = '1' WHERE seq = 300",
    )
    assert await clinic.told() == [("row_changed", 300)]


@pytest.mark.parametrize("settled", [700, 600])
async def test_a_sequence_that_was_set_back_is_told_and_no_event(
    clinic: Clinic, settled: int
) -> None:
    """Also if the watermark was set back with it."""
    await clinic.fill(700)
    await clinic.anchored()
    await clinic.pool.execute("SELECT setval('carepath_log.events_seq', 600)")
    await clinic.pool.execute("UPDATE carepath_log.watermark SET settled_seq = $1", settled)
    [found] = await clinic.found()
    assert (found.kind, found.seq) == ("sequence_behind", None)
    assert "stands at 600, and events up to 700" in found.message


async def test_it_is_told_of_events_that_nobody_has_sealed_yet(clinic: Clinic) -> None:
    await clinic.made_keys()
    await clinic.fill(20)
    await clinic.pool.execute("SELECT setval('carepath_log.events_seq', 1, false)")
    assert await clinic.told() == [("sequence_behind", None)]
