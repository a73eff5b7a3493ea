"""The sealer asks its own anchor whether this still is its log, and stands still if it is not."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from eventstore.seal import keyring
from eventstore.seal.accept import accept_log
from eventstore.seal.anchors import Anchor, FileAnchor, notes_in
from eventstore.seal.errors import AnchorAhead, AnchorForked, AnchorUnreadable
from eventstore.seal.keyring import PUBLIC
from eventstore.seal.process import seal_and_anchor
from eventstore.seal.same_log import require_same_log
from eventstore.seal.sealer import seal_once
from eventstore.seal.tree import Sealed
from tests.cli.carepath import Carepath
from tests.seal.given import FORGET, Clinic

LATE = (
    "DELETE FROM carepath_log.events WHERE seq > 200",
    "DELETE FROM carepath_log.seal_checkpoints WHERE size > 200",
    "DELETE FROM carepath_log.seal_tiles WHERE level > 0 OR index > 0",
    (
        "UPDATE carepath_log.seal_tiles SET hashes = substring(hashes FROM 1 FOR 200 * 32),"
        " seqs = substring(seqs FROM 1 FOR 200 * 8), last_seq = 200"
    ),
    "UPDATE carepath_log.seal_anchors SET accepted_size = 200",
)

"""What makes of 300 sealed events the database of when there were 200."""


async def anchored_to_300(clinic: Clinic) -> None:
    for _ in range(3):
        await clinic.fill(100)
        await sealing(clinic)


async def sealing(clinic: Clinic, *besides: Anchor) -> list[str]:
    """A sealer's last round, and the errors that it logs."""
    stop = asyncio.Event()
    stop.set()
    anchors = [FileAnchor(clinic.anchor), *besides]
    with capture_logs() as logged:
        await seal_and_anchor(clinic.pool, clinic.keys, anchors, stop)
    return errors(logged)


async def standing_still(clinic: Clinic, *besides: Anchor) -> list[str]:
    """What a sealer logs that finds its anchor forked, and goes on looking for a while."""
    stop = asyncio.Event()
    anchors = [FileAnchor(clinic.anchor), *besides]
    with capture_logs() as logged:
        running = asyncio.create_task(seal_and_anchor(clinic.pool, clinic.keys, anchors, stop))
        async with asyncio.timeout(20):
            while not errors(logged):
                await clinic.pool.fetchval("SELECT 1")
        for _ in range(50):
            await clinic.pool.fetchval("SELECT 1")
        stop.set()
        await running
    return errors(logged)


def errors(logged: list[EventDict]) -> list[str]:
    return [str(one["error"]) for one in logged if one["log_level"] == "error"]


class Elsewhere:
    """An anchor that remembers what it was given."""

    name = "elsewhere"

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def publish(self, sealed: Sealed) -> None:
        self.sizes.append(sealed.size)


async def restore_old_backup(clinic: Clinic) -> None:
    """The database of when 200 events were sealed, beside the anchor of today."""
    await clinic.tamper(*LATE)


async def sizes_sealed(clinic: Clinic) -> list[int]:
    rows = await clinic.pool.fetch("SELECT size FROM carepath_log.seal_checkpoints ORDER BY size")
    return [row["size"] for row in rows]


async def require(clinic: Clinic) -> None:
    async with clinic.pool.acquire() as connection:
        await require_same_log(connection, clinic.ring, clinic.anchor)


async def test_a_log_that_continues_its_anchor_is_sealed_on(clinic: Clinic) -> None:
    await anchored_to_300(clinic)
    await clinic.fill(10)
    assert await sealing(clinic) == []
    assert await sizes_sealed(clinic) == [100, 200, 300, 310]


async def test_after_an_old_backup_was_restored_nothing_is_sealed(clinic: Clinic) -> None:
    await anchored_to_300(clinic)
    await restore_old_backup(clinic)
    await clinic.fill(150)
    [said] = await sealing(clinic)
    assert "checkpoint of size 300, and this log is sealed to 200 only" in said
    assert "carepath seal accept" in said
    assert await sizes_sealed(clinic) == [100, 200]
    with pytest.raises(AnchorAhead) as ahead:
        await require(clinic)
    assert (ahead.value.anchored, ahead.value.size) == (300, 200)


async def test_a_log_that_went_on_differently_is_not_sealed(clinic: Clinic) -> None:
    """Whoever sealed the restored log elsewhere has made a fork of it."""
    await anchored_to_300(clinic)
    await restore_old_backup(clinic)
    await clinic.tamper(*FORGET)
    await clinic.fill(150)
    while await seal_once(clinic.pool, clinic.keys, 175):
        pass
    with pytest.raises(AnchorForked, match="another root"):
        await require(clinic)
    await clinic.fill(1)
    elsewhere = Elsewhere()
    assert len(await standing_still(clinic, elsewhere)) == 1
    assert await sizes_sealed(clinic) == [175, 350]
    assert elsewhere.sizes == []


async def test_an_anchor_gets_what_was_sealed_before_the_process_began(clinic: Clinic) -> None:
    await clinic.fill(10)
    await clinic.seal()
    elsewhere = Elsewhere()
    assert await sealing(clinic, elsewhere) == []
    assert elsewhere.sizes == [10]
    assert await sealing(clinic, elsewhere) == []
    assert elsewhere.sizes == [10]


async def test_a_rewritten_log_sealed_with_its_own_keys_is_not_sealed_on(clinic: Clinic) -> None:
    await anchored_to_300(clinic)
    await clinic.tamper("UPDATE carepath_log.events SET data = '1' WHERE seq = 7", *FORGET)
    while await seal_once(clinic.pool, clinic.keys, 100):
        pass
    with pytest.raises(AnchorForked):
        await require(clinic)


async def test_an_anchor_signed_by_strangers_stops_the_sealer(
    clinic: Clinic, tmp_path: Path
) -> None:
    await anchored_to_300(clinic)
    others = keyring.ensure_ring(tmp_path / "others")
    assert others.origin != clinic.ring.origin
    async with clinic.pool.acquire() as connection:
        with pytest.raises(AnchorUnreadable, match="signed by"):
            await require_same_log(connection, others, clinic.anchor)


async def test_a_line_that_was_cut_by_a_crash_is_passed_over(clinic: Clinic) -> None:
    await anchored_to_300(clinic)
    whole = clinic.anchor.read_text()
    clinic.anchor.write_text(whole[:-40])
    await require(clinic)
    clinic.anchor.write_text("{}\n")
    with pytest.raises(AnchorUnreadable, match="no checkpoint in it"):
        await require(clinic)


@pytest.mark.parametrize("junk", ['{"size": 1' + "x" * 70_000, "\n" * 70_000, "x" * 300_000 + "\n"])
async def test_however_long_a_line_without_a_checkpoint_is_it_is_passed_over(
    clinic: Clinic, junk: str
) -> None:
    await anchored_to_300(clinic)
    clinic.anchor.write_text(clinic.anchor.read_text() + junk)
    await require(clinic)
    await restore_old_backup(clinic)
    with pytest.raises(AnchorAhead):
        await require(clinic)


async def test_a_file_in_which_there_never_was_a_checkpoint_is_read_to_its_beginning(
    clinic: Clinic,
) -> None:
    await anchored_to_300(clinic)
    clinic.anchor.write_text("x" * 300_000)
    with pytest.raises(AnchorUnreadable, match="no checkpoint in it"):
        await require(clinic)


async def test_a_line_that_was_cut_does_not_swallow_the_next(clinic: Clinic) -> None:
    await anchored_to_300(clinic)
    clinic.anchor.write_text(clinic.anchor.read_text()[:-40])
    await clinic.fill(1)
    await sealing(clinic)
    assert [clinic.ring.open(note).size for note in notes_in(clinic.anchor)] == [100, 200, 301]
    assert await clinic.told() == []


async def test_an_anchor_that_cannot_be_opened_holds_up_nothing(clinic: Clinic) -> None:
    await clinic.fill(5)
    clinic.anchor.mkdir()
    assert await sealing(clinic) == []
    assert await sizes_sealed(clinic) == [5]


async def test_accepting_keeps_the_old_anchor_and_lets_the_sealer_go_on(
    clinic: Clinic, carepath: Carepath, monkeypatch: pytest.MonkeyPatch
) -> None:
    await anchored_to_300(clinic)
    monkeypatch.setenv("CAREPATH_ANCHOR_FILE", str(clinic.anchor))
    kept = notes_in(clinic.anchor)
    await restore_old_backup(clinic)
    stands_still = await carepath("seal", "status", "--json")
    assert (stands_still.code, stands_still.document["ok"]) == (1, False)
    assert "carepath seal accept" in stands_still.document["trouble"]

    accepted = await carepath("seal", "accept", "--json")
    assert accepted.code == 0
    document = accepted.document
    aside = document.pop("set_aside")
    said = {"accepted": True, "kept": 2, "left_out": 1, "size": 200, "epoch": None}
    assert document == said
    assert notes_in(Path(aside)) == kept
    assert [clinic.ring.open(note).size for note in notes_in(clinic.anchor)] == [100, 200]
    await clinic.fill(10)
    assert await sealing(clinic) == []
    assert await clinic.told() == []
    against_the_old = await carepath("audit", "verify", "--anchor", aside, "--json")
    assert [one["kind"] for one in against_the_old.document["findings"]] == ["cut_off"]
    assert (await carepath("seal", "accept", "--json")).document["accepted"] is False


async def test_accepting_a_fork_keeps_only_what_agrees(clinic: Clinic) -> None:
    await anchored_to_300(clinic)
    await clinic.tamper("UPDATE carepath_log.events SET data = '1' WHERE seq = 150", *FORGET)
    for _ in range(3):
        await clinic.seal(100)
    accepted = await accept_log(clinic.pool, clinic.keys, clinic.anchor)
    assert accepted is not None
    assert (accepted.kept, accepted.left_out, accepted.size) == (1, 2, 300)
    assert await clinic.told() == []


async def test_accepting_a_fork_leaves_out_what_was_sealed_at_other_sizes(clinic: Clinic) -> None:
    await anchored_to_300(clinic)
    await clinic.tamper("UPDATE carepath_log.events SET data = '1' WHERE seq = 150", *FORGET)
    assert (await clinic.seal()).size == 300
    accepted = await accept_log(clinic.pool, clinic.keys, clinic.anchor)
    assert accepted is not None
    assert (accepted.kept, accepted.left_out, accepted.size) == (0, 3, 300)
    await require(clinic)
    assert await clinic.told() == []
    assert (clinic.keys / PUBLIC).exists()
