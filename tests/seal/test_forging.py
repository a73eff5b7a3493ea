"""Whoever also forges the seal itself is found by signatures, checkpoints and anchors."""

import json
from pathlib import Path

import pytest

from eventstore.seal import keyring
from eventstore.seal.anchors import FileAnchor
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.note import Signer
from eventstore.seal.sealer import rotate_key, seal_once
from tests.seal.given import FORGET, Clinic, place

pytestmark = pytest.mark.asyncio

KEY_ID = "UPDATE carepath_log.seal_checkpoints SET key_id = '{}'"
DELETE = "DELETE FROM carepath_log.seal_checkpoints WHERE size = {}"
REWRITE = "UPDATE carepath_log.events SET data = '1' WHERE seq = {}"


async def three_checkpoints(clinic: Clinic, *, anchored: bool = False) -> None:
    for _ in range(3):
        await clinic.fill(100)
        sealed = await clinic.seal()
        if anchored:
            await FileAnchor(clinic.anchor).publish(sealed)


async def reseal_without_keys(clinic: Clinic, folder: Path) -> None:
    """Somebody without the log's keys rebuilds tiles and checkpoints with keys of their own."""
    await clinic.tamper(REWRITE.format(150), *FORGET)
    forged = keyring.ensure_ring(folder)
    assert forged.current != clinic.ring.current
    while await seal_once(clinic.pool, folder, 100):
        pass


async def test_a_log_sealed_anew_under_other_keys_is_refused(
    clinic: Clinic, tmp_path: Path
) -> None:
    await three_checkpoints(clinic)
    await reseal_without_keys(clinic, tmp_path / "forged")
    found = await clinic.found()
    assert [(one.kind, one.seq) for one in found] == [
        ("checkpoint_key", 100),
        ("checkpoint_key", 200),
        ("checkpoint_key", 300),
    ]


async def test_rows_and_tiles_rewritten_together_lie_between_two_checkpoints(
    clinic: Clinic, tmp_path: Path
) -> None:
    """The forger puts the old, rightly signed notes back over tiles that fit the forged rows."""
    await three_checkpoints(clinic)
    kept = await clinic.pool.fetch("SELECT * FROM carepath_log.seal_checkpoints ORDER BY size")
    await reseal_without_keys(clinic, tmp_path / "forged")
    for row in kept:
        await clinic.replace_note(row["size"], row["note"], row["root"])
    await clinic.tamper(KEY_ID.format(kept[0]["key_id"]))
    assert await clinic.told() == [("rewritten", (101, 200))]


async def test_a_checkpoint_signed_again_is_named(clinic: Clinic) -> None:
    await three_checkpoints(clinic)
    strange = Signer(clinic.ring.origin, bytes(32))
    text = Checkpoint(clinic.ring.origin, 200, bytes(32)).text
    await clinic.replace_note(200, strange.sign(text))
    assert await clinic.told() == [("checkpoint_key", 200)]


async def test_a_signature_moved_to_another_text_is_named(clinic: Clinic) -> None:
    await three_checkpoints(clinic)
    note = await clinic.pool.fetchval(
        "SELECT note FROM carepath_log.seal_checkpoints WHERE size = 200"
    )
    await clinic.replace_note(200, note.replace("\n200\n", "\n201\n"))
    assert await clinic.told() == [("checkpoint_signature", 200)]


async def test_a_retired_key_cannot_sign_what_came_after_it(clinic: Clinic) -> None:
    await three_checkpoints(clinic)
    retired = keyring.signer(clinic.keys, 300)
    await rotate_key(clinic.pool, clinic.keys)
    await clinic.fill(100)
    sealed = await clinic.seal()
    assert await clinic.told() == []
    text = Checkpoint(retired.name, sealed.size, sealed.root).text
    await clinic.replace_note(400, retired.sign(text))
    assert await clinic.told() == [("checkpoint_key", 400)]


async def test_another_checkpoint_s_note_in_a_row_is_named(clinic: Clinic) -> None:
    await three_checkpoints(clinic)
    await clinic.tamper(
        "UPDATE carepath_log.seal_checkpoints SET note = (SELECT note FROM"
        " carepath_log.seal_checkpoints WHERE size = 100) WHERE size = 200"
    )
    assert await clinic.told() == [("checkpoint_altered", 200)]


@pytest.mark.parametrize("size", [100, 300])
async def test_another_key_s_id_in_a_row_is_named(clinic: Clinic, size: int) -> None:
    await three_checkpoints(clinic, anchored=True)
    await clinic.tamper(f"{KEY_ID.format('deadbeef')} WHERE size = {size}")
    assert await clinic.told() == [("checkpoint_altered", size)]


async def test_another_root_in_the_last_row_hides_nothing_of_what_its_note_signs(
    clinic: Clinic,
) -> None:
    await three_checkpoints(clinic, anchored=True)
    await clinic.tamper(
        "UPDATE carepath_log.seal_checkpoints SET root = sha256('') WHERE size = 300",
        REWRITE.format(250),
    )
    assert await clinic.told() == [("row_changed", 250), ("checkpoint_altered", 300)]


@pytest.mark.parametrize("size", [100, 200])
async def test_an_anchored_checkpoint_whose_row_is_gone_is_named(clinic: Clinic, size: int) -> None:
    await three_checkpoints(clinic, anchored=True)
    await clinic.tamper(DELETE.format(size))
    assert await clinic.told() == [("checkpoint_missing", size)]
    assert [one.kind for one in await clinic.found(since=300)] == ["checkpoint_missing"]


async def test_of_a_fork_no_checkpoint_is_missed_beside(clinic: Clinic) -> None:
    """From where the history is another one, that is all there is to say."""
    await three_checkpoints(clinic, anchored=True)
    await clinic.tamper(REWRITE.format(150), *FORGET)
    await clinic.seal()
    assert await clinic.told() == [("forked", (1, 300)), ("checkpoint_missing", 100)]


async def test_a_validly_signed_root_that_the_log_never_had_is_named(clinic: Clinic) -> None:
    """Somebody with the key signs another history for one size, and nobody else's note differs."""
    await three_checkpoints(clinic)
    text = Checkpoint(clinic.ring.origin, 200, bytes(32)).text
    await clinic.replace_note(200, keyring.signer(clinic.keys, 200).sign(text), bytes(32))
    assert await clinic.told() == [("checkpoint_root", 200)]


async def test_a_fork_signed_with_the_log_s_own_key_differs_from_the_anchor(
    clinic: Clinic,
) -> None:
    await three_checkpoints(clinic, anchored=True)
    assert await clinic.told() == []
    await clinic.tamper(REWRITE.format(150), *FORGET)
    while await seal_once(clinic.pool, clinic.keys, 100):
        pass
    assert await clinic.told() == [("forked", (101, 200))]


async def test_a_log_whose_end_was_cut_off_is_smaller_than_its_anchor(clinic: Clinic) -> None:
    await three_checkpoints(clinic, anchored=True)
    await clinic.tamper("DELETE FROM carepath_log.events WHERE seq > 200", *FORGET)
    while await seal_once(clinic.pool, clinic.keys, 100):
        pass
    assert await clinic.told() == [("cut_off", 200)]


async def test_a_log_that_lost_its_whole_seal_is_not_whole(clinic: Clinic) -> None:
    await three_checkpoints(clinic, anchored=True)
    await clinic.tamper(*FORGET)
    assert [one.kind for one in await clinic.found()] == ["cut_off"]


async def test_a_log_that_lost_everything_and_its_anchor_s_file_is_not_young(
    clinic: Clinic,
) -> None:
    await clinic.fill(20)
    await clinic.anchored()
    await clinic.tamper("DELETE FROM carepath_log.events", *FORGET)
    clinic.anchor.unlink()
    verified = await clinic.verified_by_its_owner()
    assert [one.kind for one in verified.findings] == ["anchor_shortened"]
    assert not verified.young


async def test_an_anchor_in_another_s_hand_is_not_believed(clinic: Clinic) -> None:
    await three_checkpoints(clinic)
    strange = Signer("another/log", bytes(32)).sign(Checkpoint("another/log", 9, bytes(32)).text)
    clinic.anchor.write_text(json.dumps({"note": strange}) + "\n")
    [found] = await clinic.found()
    assert (found.kind, place(found)) == ("anchor_unreadable", None)
