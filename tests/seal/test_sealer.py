"""Sealing: everything settled, once, in order, by however many sealers, through crashes."""

import asyncio
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from eventstore.seal import keyring
from eventstore.seal.checkpoint import read_checkpoint
from eventstore.seal.errors import KeyNotInForce, SealBroken, SecretMissing
from eventstore.seal.note import Signer
from eventstore.seal.process import seal_and_anchor
from eventstore.seal.sealer import rotate_key, seal_once, seal_settled
from eventstore.seal.tree import Sealed
from tests.seal.given import Clinic


async def test_only_settled_events_are_sealed(clinic: Clinic) -> None:
    assert await seal_once(clinic.pool, clinic.keys) is None
    await clinic.fill(3)
    await clinic.pool.execute("UPDATE carepath_log.watermark SET settled_seq = 2")
    assert (await clinic.seal()).size == 2
    assert await seal_once(clinic.pool, clinic.keys) is None


@pytest.mark.parametrize("batch", [100, 255, 256, 257])
async def test_the_seal_grows_over_the_borders_of_tiles(clinic: Clinic, batch: int) -> None:
    await clinic.fill(700)
    while await seal_once(clinic.pool, clinic.keys, batch):
        pass
    verified = await clinic.verified()
    assert (verified.ok, verified.sealed, verified.events) == (True, 700, 700)
    assert verified.checkpoints == -(-700 // batch)


async def test_the_same_log_has_the_same_root_however_it_was_sealed(clinic: Clinic) -> None:
    await clinic.fill(300)
    at_once = await clinic.seal()
    await clinic.tamper(
        "DELETE FROM carepath_log.seal_tiles", "DELETE FROM carepath_log.seal_checkpoints"
    )
    in_steps = [await clinic.seal(7) for _ in range(43)]
    assert in_steps[-1].note == at_once.note


async def test_of_two_sealers_one_finds_that_it_was_too_late(clinic: Clinic) -> None:
    await clinic.fill(1000)
    rounds = await asyncio.gather(
        *(seal_once(clinic.pool, clinic.keys, 100) for _ in range(4) for _ in range(3))
    )
    done = [one.size for one in rounds if one]
    assert done
    assert len(set(done)) == len(done)
    await seal_settled(clinic.pool, clinic.keys)
    verified = await clinic.verified()
    assert (verified.ok, verified.sealed) == (True, 1000)


async def test_a_crash_before_the_commit_leaves_nothing(clinic: Clinic, log_dsn: str) -> None:
    """The lock is held by somebody else until the sealer's session is ended."""
    await clinic.fill(300)
    blocker = await asyncpg.connect(log_dsn)
    await blocker.execute(
        "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('carepath_log.seal', 0))"
    )
    sealing = asyncio.create_task(seal_once(clinic.pool, clinic.keys))
    killed = 0
    while not killed:
        killed = await blocker.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE wait_event = 'advisory' AND datname = current_database()"
        )
    with pytest.raises(Exception, match=r"cannot be reached|terminat"):
        await sealing
    await blocker.close()
    assert await clinic.pool.fetchval("SELECT count(*) FROM carepath_log.seal_tiles") == 0
    assert (await clinic.seal()).size == 300
    assert (await clinic.verified()).ok


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE carepath_log.seal_tiles SET hashes = set_byte(hashes, 9, get_byte(hashes, 9) # 1)",
        "DELETE FROM carepath_log.seal_tiles",
        "UPDATE carepath_log.seal_checkpoints SET note = replace(note, 'A', 'B') || E'\\n'",
    ],
)
async def test_a_tampered_tree_is_never_signed_again(clinic: Clinic, tampering: str) -> None:
    await clinic.fill(100)
    await clinic.seal()
    await clinic.tamper(tampering)
    await clinic.fill(1)
    with pytest.raises(SealBroken, match="audit verify"):
        await seal_once(clinic.pool, clinic.keys)
    assert await clinic.pool.fetchval("SELECT max(size) FROM carepath_log.seal_checkpoints") == 100


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE carepath_log.seal_checkpoints SET note = ''",
        "DELETE FROM carepath_log.seal_checkpoints",
        "TRUNCATE carepath_log.seal_checkpoints",
        "DELETE FROM carepath_log.seal_tiles",
        "TRUNCATE carepath_log.seal_tiles",
        "UPDATE carepath_log.seal_tiles SET hashes = substring(hashes FROM 1 FOR 32)",
        "UPDATE carepath_log.seal_tiles SET index = 7",
    ],
)
async def test_what_is_sealed_cannot_be_changed_by_accident(clinic: Clinic, statement: str) -> None:
    await clinic.fill(5)
    await clinic.seal()
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="what is sealed stays"):
        await clinic.pool.execute(statement)


async def test_after_a_rotation_both_keys_are_valid_each_for_its_own(clinic: Clinic) -> None:
    checkpoints: list[Sealed] = []
    for _ in range(3):
        await clinic.fill(10)
        checkpoints.append(await clinic.seal())
        await rotate_key(clinic.pool, clinic.keys)
    first, second, third = checkpoints
    assert len({one.key_id for one in checkpoints}) == 3
    assert [key.from_size for key in clinic.ring.keys] == [0, 11, 21, 31]
    assert [clinic.ring.open(one.note).size for one in checkpoints] == [10, 20, 30]
    assert (await clinic.verified()).ok
    late = keyring.KeyRing((clinic.ring.keys[0], keyring.KeyInForce(31, clinic.ring.current)))
    assert late.open(first.note).size == 10
    with pytest.raises(KeyNotInForce):
        keyring.KeyRing((clinic.ring.keys[0], clinic.ring.keys[2], clinic.ring.keys[3])).open(
            Signer(clinic.ring.origin, _secret(clinic, first.key_id)).sign(
                read_checkpoint(third.note)[1].text
            )
        )
    assert second.key_id == clinic.ring.in_force(20).key_id


def _secret(clinic: Clinic, key_id: str) -> bytes:
    return (clinic.keys / f"seal-{key_id}.key").read_bytes()


async def test_of_two_keys_that_begin_at_one_size_the_later_is_in_force(clinic: Clinic) -> None:
    await clinic.fill(1)
    await clinic.seal()
    await rotate_key(clinic.pool, clinic.keys)
    await rotate_key(clinic.pool, clinic.keys)
    assert [key.from_size for key in clinic.ring.keys] == [0, 2, 2]
    await clinic.fill(1)
    assert (await clinic.seal()).key_id == clinic.ring.keys[2].verifier.key_id
    assert (await clinic.verified()).ok


async def test_without_its_secret_nothing_is_signed(clinic: Clinic) -> None:
    ring = keyring.ensure_ring(clinic.keys)
    (clinic.keys / f"seal-{ring.current.key_id}.key").unlink()
    await clinic.fill(1)
    with pytest.raises(SecretMissing, match="rotate-key"):
        await seal_once(clinic.pool, clinic.keys)


def test_secrets_are_private_and_made_once(tmp_path: Path) -> None:
    ring = keyring.ensure_ring(tmp_path / "keys")
    assert keyring.ensure_ring(tmp_path / "keys") == ring
    [secret] = (tmp_path / "keys").glob("seal-*.key")
    assert secret.stat().st_mode & 0o077 == 0


async def test_the_process_seals_what_is_settled_when_it_is_told_to_stop(clinic: Clinic) -> None:
    await clinic.fill(40)
    stop = asyncio.Event()
    stop.set()
    await seal_and_anchor(clinic.pool, clinic.keys, [], stop, timedelta(hours=1))
    assert (await clinic.verified()).sealed == 40
