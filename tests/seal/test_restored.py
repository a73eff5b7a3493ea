"""After a restore to before the key was rotated: who signs, and what earlier keys still say."""

from collections.abc import Sequence

import pytest

from eventstore.seal.accept import accept_log
from eventstore.seal.checkpoint import read_checkpoint
from eventstore.seal.errors import AnchorAhead, KeyNotInForce, SecretMissing
from eventstore.seal.keyring import KeyRing, signer
from eventstore.seal.sealer import rotate_key, seal_once
from tests.cli.carepath import Carepath
from tests.seal.given import Clinic
from tests.seal.test_same_log import anchored_to_300, restore_old_backup, sealing, sizes_sealed

WHEN_THERE_WERE_100 = (
    "DELETE FROM carepath_log.events WHERE seq > 100",
    "DELETE FROM carepath_log.seal_checkpoints WHERE size > 100",
    "DELETE FROM carepath_log.seal_tiles WHERE level > 0 OR index > 0",
    (
        "UPDATE carepath_log.seal_tiles SET hashes = substring(hashes FROM 1 FOR 100 * 32),"
        " seqs = substring(seqs FROM 1 FOR 100 * 8), last_seq = 100"
    ),
    "UPDATE carepath_log.seal_anchors SET accepted_size = 100",
)
"""What makes of 300 sealed events the database of when there were 100."""


def begins(ring: KeyRing) -> list[tuple[int, str]]:
    return [(key.from_size, key.verifier.key_id) for key in ring.keys]


async def rotated_at_200_and_restored_to_100(clinic: Clinic) -> list[str]:
    """Of 300 events, the last 100 under a second key, 200 are lost; the ids of both keys.

    What comes then has the seqs from 301 on: a sequence is not restored here.
    """
    for _ in range(2):
        await clinic.fill(100)
        assert await sealing(clinic) == []
    await rotate_key(clinic.pool, clinic.keys, clinic.anchor)
    await clinic.fill(100)
    assert await sealing(clinic) == []
    await clinic.tamper(*WHEN_THERE_WERE_100)
    return [key_id for _, key_id in begins(clinic.ring)]


async def test_once_accepted_the_current_key_signs_from_where_the_log_is(clinic: Clinic) -> None:
    first, second = await rotated_at_200_and_restored_to_100(clinic)
    accepted = await accept_log(clinic.pool, clinic.keys, clinic.anchor)
    assert accepted is not None
    assert accepted.epoch == clinic.ring.keys[-1]
    assert begins(clinic.ring) == [(0, first), (201, second), (101, second)]
    for _ in range(3):
        await clinic.fill(60)
        assert await sealing(clinic) == []
    assert await sizes_sealed(clinic) == [100, 160, 220, 280]
    assert await clinic.told() == []


async def test_accepting_again_begins_no_second_epoch(clinic: Clinic) -> None:
    await rotated_at_200_and_restored_to_100(clinic)
    anchored = clinic.anchor.read_bytes()
    await accept_log(clinic.pool, clinic.keys, clinic.anchor)
    clinic.anchor.write_bytes(anchored)
    again = await accept_log(clinic.pool, clinic.keys, clinic.anchor)
    assert again is not None
    assert again.epoch is None
    assert [size for size, _ in begins(clinic.ring)] == [0, 201, 101]


async def test_without_a_rotation_in_what_was_lost_the_keys_stay_as_they_are(
    clinic: Clinic,
) -> None:
    await anchored_to_300(clinic)
    await restore_old_backup(clinic)
    accepted = await accept_log(clinic.pool, clinic.keys, clinic.anchor)
    assert accepted is not None
    assert accepted.epoch is None
    assert len(clinic.ring.keys) == 1


async def test_what_the_lost_epoch_signed_still_names_the_cut(clinic: Clinic) -> None:
    await rotated_at_200_and_restored_to_100(clinic)
    assert await clinic.told() == [("cut_off", 100)]
    accepted = await accept_log(clinic.pool, clinic.keys, clinic.anchor)
    assert accepted is not None
    accepted.set_aside.replace(clinic.anchor)
    assert await clinic.told() == [("cut_off", 100)]
    await clinic.fill(150)
    await clinic.seal()
    assert await clinic.told() == [("forked", (101, 450)), ("cut_off", 450)]


async def test_a_retired_key_signs_nothing_in_the_new_epoch(clinic: Clinic) -> None:
    await rotated_at_200_and_restored_to_100(clinic)
    first = signer(clinic.keys, 100)
    await accept_log(clinic.pool, clinic.keys, clinic.anchor)
    await clinic.fill(10)
    sealed = await clinic.seal()
    forged = first.sign(read_checkpoint(sealed.note)[1].text)
    with pytest.raises(KeyNotInForce):
        clinic.ring.open(forged)
    await clinic.replace_note(110, forged)
    assert await clinic.told() == [("checkpoint_key", 310)]


async def test_without_an_anchor_the_key_in_force_at_the_size_signs(clinic: Clinic) -> None:
    first, second = await rotated_at_200_and_restored_to_100(clinic)
    clinic.anchor.unlink()
    await clinic.fill(10)
    assert (await clinic.seal()).key_id == first
    await clinic.fill(100)
    assert (await clinic.seal()).key_id == second
    assert await clinic.told() == []


async def test_where_its_secret_is_gone_nothing_is_signed_until_a_key_is_made(
    clinic: Clinic,
) -> None:
    first, _ = await rotated_at_200_and_restored_to_100(clinic)
    clinic.anchor.unlink()
    (clinic.keys / f"seal-{first}.key").unlink()
    await clinic.fill(10)
    with pytest.raises(SecretMissing, match="rotate-key"):
        await seal_once(clinic.pool, clinic.keys)
    assert await sizes_sealed(clinic) == [100]
    made = await rotate_key(clinic.pool, clinic.keys)
    assert (await clinic.seal()).key_id == made.verifier.key_id
    await clinic.fill(150)
    assert (await clinic.seal()).key_id == made.verifier.key_id
    assert await clinic.told() == []


async def test_the_key_is_not_rotated_while_the_anchor_contradicts_the_log(clinic: Clinic) -> None:
    await rotated_at_200_and_restored_to_100(clinic)
    before = begins(clinic.ring)
    with pytest.raises(AnchorAhead):
        await rotate_key(clinic.pool, clinic.keys, clinic.anchor)
    assert begins(clinic.ring) == before
    assert await clinic.told() == [("cut_off", 100)]


async def test_a_rotation_takes_no_key_away_that_has_signed(clinic: Clinic) -> None:
    """Not even where nobody knows of the anchor that holds what it signed."""
    before = await rotated_at_200_and_restored_to_100(clinic)
    made = await rotate_key(clinic.pool, clinic.keys)
    assert [key_id for _, key_id in begins(clinic.ring)] == [*before, made.verifier.key_id]
    assert await clinic.told() == [("cut_off", 100)]


@pytest.mark.parametrize("rotated", [("seal", "rotate-key", "--json"), ("seal", "rotate-key")])
async def test_the_command_refuses_and_after_accepting_tells_verifiers_what_to_get(
    clinic: Clinic, carepath: Carepath, monkeypatch: pytest.MonkeyPatch, rotated: Sequence[str]
) -> None:
    _, second = await rotated_at_200_and_restored_to_100(clinic)
    monkeypatch.setenv("CAREPATH_ANCHOR_FILE", str(clinic.anchor))
    assert (await carepath(*rotated)).code == 1
    accepted = await carepath("seal", "accept", "--json")
    epoch = accepted.document["epoch"]
    assert (accepted.code, epoch["from_size"]) == (0, 101)
    assert f"+{second}+" in epoch["verifier"]
    assert (await carepath("seal", "status", "--json")).document["key_id"] == second
    assert (await carepath(*rotated)).code == 0
