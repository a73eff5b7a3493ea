"""Hashes added to the seal's tiles are found and never sealed over, and no sealer ends by them."""

import asyncio
from datetime import timedelta

import pytest

from eventstore.seal.anchors import FileAnchor
from eventstore.seal.errors import SealBroken
from eventstore.seal.process import seal_and_anchor
from eventstore.seal.sealer import seal_once
from tests.seal.given import Clinic

pytestmark = pytest.mark.asyncio

LONGER = """
    UPDATE carepath_log.seal_tiles SET hashes = hashes || substring(hashes FROM 1 FOR 32),
        seqs = seqs || int8send(last_seq + 1), last_seq = last_seq + 1
    WHERE level = 0 AND index = (SELECT max(index) FROM carepath_log.seal_tiles WHERE level = 0)
"""
LONGER_ABOVE = """
    UPDATE carepath_log.seal_tiles SET hashes = hashes || substring(hashes FROM 1 FOR 32)
    WHERE level = 1
"""
ADDED = """
    INSERT INTO carepath_log.seal_tiles
    SELECT {0}, {1}, hashes, CASE WHEN {0} = 0 THEN seqs END, CASE WHEN {0} = 0 THEN first_seq END,
        CASE WHEN {0} = 0 THEN last_seq END
    FROM carepath_log.seal_tiles WHERE level = 0 AND index = 0
"""
HOW = (
    LONGER,
    LONGER_ABOVE,
    ADDED.format(0, 2),
    ADDED.format(0, 2**62),
    ADDED.format(1, 1),
    ADDED.format(2, 0),
    ADDED.format(9, 0),
)


@pytest.mark.parametrize("added", HOW)
async def test_hashes_that_nobody_signed_are_found_and_nothing_is_sealed_behind_them(
    clinic: Clinic, added: str
) -> None:
    await clinic.fill(300)
    await clinic.anchored()
    assert await clinic.told() == []
    await clinic.tamper(added)
    assert {kind for kind, _ in await clinic.told()} == {"tile_altered"}
    await clinic.fill(3)
    with pytest.raises(SealBroken, match="more than was signed"):
        await seal_once(clinic.pool, clinic.keys)


async def test_a_full_tile_gets_no_neighbour(clinic: Clinic) -> None:
    await clinic.fill(256)
    await clinic.anchored()
    assert await clinic.told() == []
    await clinic.tamper(ADDED.format(0, 1))
    assert await clinic.told() == [("tile_altered", None)]


async def test_what_the_triggers_refuse_is_a_seal_that_stands_still(clinic: Clinic) -> None:
    """Of tiles that are altered between reading and writing, the trigger is the last to know."""
    await clinic.fill(300)
    await clinic.seal()
    await clinic.fill(3)
    blocker = await clinic.pool.acquire()
    lock = "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('carepath_log.seal', 0))"
    await blocker.execute(lock)
    sealing = asyncio.create_task(seal_once(clinic.pool, clinic.keys))
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    while not await clinic.pool.fetchval(waiting):
        pass
    await clinic.tamper(LONGER)
    await blocker.execute("ROLLBACK")
    await clinic.pool.release(blocker)
    with pytest.raises(SealBroken, match="what is sealed stays"):
        await sealing


async def test_the_sealer_stays_and_seals_nothing(clinic: Clinic) -> None:
    await clinic.fill(300)
    await clinic.anchored()
    await clinic.tamper(LONGER)
    await clinic.fill(3)
    stop = asyncio.Event()
    stop.set()
    await seal_and_anchor(
        clinic.pool, clinic.keys, [FileAnchor(clinic.anchor)], stop, timedelta(hours=1)
    )
    assert await clinic.pool.fetchval("SELECT max(size) FROM carepath_log.seal_checkpoints") == 300
