"""Nobody signs which event is the last: the sealer goes on behind the one that the root proves."""

from collections.abc import Sequence

import pytest

from eventstore.seal.errors import SealBroken
from eventstore.seal.sealer import seal_once
from tests.seal.given import Clinic

LAST_SEQ = (
    "UPDATE carepath_log.seal_checkpoints SET last_seq = {}"
    " WHERE size = (SELECT max(size) FROM carepath_log.seal_checkpoints)"
)
SEQ_IN_TILE = (
    "UPDATE carepath_log.seal_tiles SET seqs = overlay(seqs PLACING int8send({}) FROM"
    " length(seqs) - 7) WHERE level = 0 AND index = (SELECT max(index) FROM carepath_log.seal_tiles"
    " WHERE level = 0)"
)
LAST_LEAF = (
    "UPDATE carepath_log.seal_tiles SET hashes = overlay(hashes PLACING substring(hashes FROM"
    " 32 * 250 - 31 FOR 32) FROM length(hashes) - 31) WHERE level = 0"
)


async def sealed_at(clinic: Clinic, size: int) -> None:
    await clinic.fill(size)
    await clinic.anchored()


async def refused(clinic: Clinic) -> SealBroken:
    size = await clinic.pool.fetchval("SELECT max(size) FROM carepath_log.seal_checkpoints")
    with pytest.raises(SealBroken, match="audit verify") as broken:
        await seal_once(clinic.pool, clinic.keys)
    assert broken.value.size == size
    assert size == await clinic.pool.fetchval("SELECT max(size) FROM carepath_log.seal_checkpoints")
    return broken.value


@pytest.mark.parametrize("last_seq", [1, 290, 305, 2**40])
async def test_another_last_event_in_the_checkpoint_s_row_is_not_believed(
    clinic: Clinic, last_seq: int
) -> None:
    await sealed_at(clinic, 300)
    await clinic.tamper(LAST_SEQ.format(last_seq))
    await clinic.fill(10)
    assert "ends with" in str(await refused(clinic))
    assert await clinic.told() == [("checkpoint_altered", 300)]


async def test_it_is_noticed_though_nothing_waits_to_be_sealed(clinic: Clinic) -> None:
    await sealed_at(clinic, 300)
    await clinic.tamper(LAST_SEQ.format(2**40))
    await refused(clinic)


@pytest.mark.parametrize(
    ("size", "also"), [(300, ()), (256, ()), (256, (LAST_LEAF,)), (300, ("first",))]
)
async def test_row_and_tile_that_agree_on_a_wrong_event_are_not_believed(
    clinic: Clinic, size: int, also: Sequence[str]
) -> None:
    """The hash of a leaf holds the event's seq, and the root holds the hash."""
    await sealed_at(clinic, size)
    seq = 1 if also == ("first",) else 250
    tampering = [one for one in also if one != "first"]
    await clinic.tamper(LAST_SEQ.format(seq), SEQ_IN_TILE.format(seq), *tampering)
    await clinic.fill(10)
    assert f"event {seq} is not the one" in str(await refused(clinic))


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE carepath_log.events SET data = '1' WHERE seq = 300",
        "DELETE FROM carepath_log.events WHERE seq = 300",
    ],
)
async def test_nothing_is_sealed_behind_an_event_that_is_not_as_it_was(
    clinic: Clinic, tampering: str
) -> None:
    await sealed_at(clinic, 300)
    await clinic.tamper(tampering)
    await clinic.fill(10)
    assert "event 300 is not the one" in str(await refused(clinic))


async def test_put_right_again_sealing_goes_on_without_a_trace(clinic: Clinic) -> None:
    await sealed_at(clinic, 300)
    await clinic.tamper(LAST_SEQ.format(290))
    await clinic.fill(10)
    await refused(clinic)
    await clinic.tamper(LAST_SEQ.format(300))
    assert (await clinic.seal()).size == 310
    verified = await clinic.verified()
    assert (verified.ok, verified.events) == (True, 310)


async def test_a_wrong_number_in_the_last_tile_accuses_that_tile_alone(clinic: Clinic) -> None:
    await sealed_at(clinic, 300)
    await clinic.tamper(SEQ_IN_TILE.format(2**40))
    await clinic.fill(10)
    assert await clinic.told() == [("tile_altered", (257, 300))]
    await clinic.tamper("UPDATE carepath_log.events SET data = '1' WHERE seq IN (3, 270)")
    assert await clinic.told() == [("row_changed", 3), ("row_changed", 270)]


async def test_the_last_event_of_a_full_tile_is_proved_too(clinic: Clinic) -> None:
    await sealed_at(clinic, 512)
    await clinic.fill(1)
    assert (await clinic.seal()).last_seq == 513
    assert await clinic.told() == []
