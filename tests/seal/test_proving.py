"""Proofs that an outsider checks with the log's public keys alone, and verifying in part."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from audit.prove import prove_consistency, prove_inclusion
from eventstore.seal.errors import (
    EventNotSealed,
    NotACheckpoint,
    NothingSealed,
    ProofMalformed,
    ProofWrong,
)
from eventstore.seal.keyring import PUBLIC
from eventstore.seal.proof import ConsistencyProof, read_proof
from tests.cli.carepath import Carepath
from tests.seal.given import FORGET, Clinic


@pytest.mark.parametrize("seq", [1, 255, 256, 257, 600])
async def test_an_event_is_proved_by_its_seq_and_by_its_id(clinic: Clinic, seq: int) -> None:
    await clinic.fill(600)
    await clinic.seal(200)
    await clinic.seal()
    event_id = await clinic.pool.fetchval(
        "SELECT event_id FROM carepath_log.events WHERE seq = $1", seq
    )
    proof = await prove_inclusion(clinic.dsn, event_id)
    assert proof == await prove_inclusion(clinic.dsn, seq)
    for text in (proof.text, json.dumps(proof.document)):
        signed, proved = read_proof(text).check(clinic.ring)
        assert (signed.size, proved) == (600, seq)


async def test_gaps_in_the_seqs_do_not_shift_the_index(clinic: Clinic) -> None:
    await clinic.fill(3)
    await clinic.pool.execute("SELECT nextval('carepath_log.events_seq')")
    await clinic.fill(3)
    await clinic.seal()
    proof = await prove_inclusion(clinic.dsn, 5)
    assert proof.index == 3
    with pytest.raises(EventNotSealed):
        await prove_inclusion(clinic.dsn, 4)


async def test_a_changed_proof_does_not_hold(clinic: Clinic) -> None:
    await clinic.fill(600)
    await clinic.seal()
    proof = await prove_inclusion(clinic.dsn, 300)
    for wrong in (
        replace(proof, leaf=proof.leaf[:-1] + b"x"),
        replace(proof, index=proof.index + 1),
        replace(proof, hashes=proof.hashes[1:]),
    ):
        with pytest.raises(ProofWrong):
            wrong.check(clinic.ring)


async def test_a_log_proves_that_it_only_grew(clinic: Clinic) -> None:
    await clinic.fill(700)
    for batch in (10, 290, 400):
        await clinic.seal(batch)
    proof = await prove_consistency(clinic.dsn, 10, 700)
    assert read_proof(json.dumps(proof.document)) == proof
    old, new = proof.check(clinic.ring)
    assert (old.size, new.size) == (10, 700)
    with pytest.raises(ProofWrong):
        replace(proof, hashes=proof.hashes[:-1]).check(clinic.ring)
    with pytest.raises(NotACheckpoint, match="nearest: 10 and 300"):
        await prove_consistency(clinic.dsn, 11, 700)


async def test_what_is_not_sealed_is_not_proved(clinic: Clinic) -> None:
    with pytest.raises(NothingSealed):
        await prove_inclusion(clinic.dsn, 1)
    await clinic.fill(1)
    await clinic.seal()
    for unknown in (0, 2, uuid4()):
        with pytest.raises(EventNotSealed):
            await prove_inclusion(clinic.dsn, unknown)


@pytest.mark.parametrize("text", ["", "{}", "c2sp.org/tlog-proof@v1\n\n", "[1]", '{"hashes": 1}'])
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(ProofMalformed):
        read_proof(text)


async def test_verifying_since_a_checkpoint_reads_only_what_came_after(clinic: Clinic) -> None:
    await clinic.fill(900)
    await clinic.seal(600)
    await clinic.seal()
    await clinic.tamper("UPDATE carepath_log.events SET data = '1' WHERE seq IN (3, 700)")
    assert [one.seq for one in await clinic.found()] == [3, 700]
    since = await clinic.verified(since=600)
    assert [one.seq for one in since.findings] == [700]
    assert since.events == 900 - 512
    with pytest.raises(NotACheckpoint):
        await clinic.verified(since=599)


@pytest.mark.parametrize("sizes", [(20, 320), (320,)])
async def test_a_checkpoint_that_was_kept_convicts_a_log_rewritten_before_it(
    clinic: Clinic, carepath: Carepath, sizes: Sequence[int]
) -> None:
    """Whether or not the rewritten log has a checkpoint of that size itself."""
    await clinic.fill(20)
    kept = clinic.folder / "kept.note"
    kept.write_text((await clinic.seal()).note)
    await clinic.fill(300)
    await clinic.seal()
    since = ("audit", "verify", "--since", str(kept), "--json")
    assert (await carepath(*since)).code == 0

    await clinic.tamper("UPDATE carepath_log.events SET data = '1' WHERE seq = 5", *FORGET)
    before = 0
    for size in sizes:
        await clinic.seal(size - before)
        before = size
    ended = await carepath(*since)
    [found] = ended.document["findings"]
    assert (ended.code, found["kind"], found["from_seq"]) == (1, "forked", 1)


async def test_a_checkpoint_that_was_kept_shows_that_the_log_is_shorter_now(
    clinic: Clinic, carepath: Carepath
) -> None:
    await clinic.fill(20)
    await clinic.seal(10)
    kept = clinic.folder / "kept.note"
    kept.write_text((await clinic.seal()).note)
    await clinic.tamper(
        "DELETE FROM carepath_log.events WHERE seq > 10",
        "DELETE FROM carepath_log.seal_checkpoints WHERE size > 10",
    )
    ended = await carepath("audit", "verify", "--since", str(kept), "--json")
    assert {one["kind"] for one in ended.document["findings"]} == {"cut_off", "tile_altered"}


async def test_a_note_that_was_kept_is_proved_though_its_row_is_gone(
    clinic: Clinic, carepath: Carepath
) -> None:
    await clinic.fill(320)
    kept = clinic.folder / "kept.note"
    kept.write_text((await clinic.seal(20)).note)
    await clinic.seal()
    await clinic.tamper("DELETE FROM carepath_log.seal_checkpoints WHERE size = 20")
    prove = ("audit", "prove", "--consistent")
    assert (await carepath(*prove, "20", "320")).code == 1
    grown = await carepath(*prove, str(kept), "320")
    proof = read_proof(grown.out)
    assert isinstance(proof, ConsistencyProof)
    assert [one.size for one in proof.check(clinic.ring)] == [20, 320]
    assert proof.old == kept.read_text()

    await clinic.tamper("UPDATE carepath_log.events SET data = '1' WHERE seq = 5", *FORGET)
    await clinic.seal()
    forked = await carepath(*prove, str(kept), "320")
    assert (forked.code, forked.out) == (1, "")
    kept.write_text("no note")
    assert (await carepath(*prove, str(kept), "320")).code == 2


async def test_the_command_verifies_proves_and_checks(
    clinic: Clinic, carepath: Carepath, tmp_path: Path
) -> None:
    await clinic.fill(300)
    await clinic.seal(100)
    await clinic.seal()
    whole = await carepath("audit", "verify", "--json")
    assert (whole.code, whole.document["ok"], whole.document["sealed"]) == (0, True, 300)

    proof = tmp_path / "event.tlog-proof"
    proof.write_text((await carepath("audit", "prove", "7")).out)
    public = str(clinic.keys / PUBLIC)
    checked = await carepath("audit", "prove", "--check", str(proof), "--keys", public, "--json")
    assert (checked.code, checked.document["event"]) == (0, 7)
    proof.write_text(proof.read_text().replace("index 6", "index 5"))
    assert (await carepath("audit", "prove", "--check", str(proof))).code == 1
    grown = await carepath("audit", "prove", "--consistent", "100", "300")
    assert grown.document["format"] == "carepath/consistency-proof@v1"
    assert (await carepath("audit", "prove", "999")).code == 1
    assert (await carepath("audit", "prove")).code == 2

    await clinic.tamper("UPDATE carepath_log.events SET data = '1' WHERE seq = 9")
    found = await carepath("audit", "verify", "--json", "--processes", "1")
    assert found.code == 1
    assert [(one["kind"], one["seq"]) for one in found.document["findings"]] == [("row_changed", 9)]
    told = await carepath("audit", "verify", "--processes", "1")
    assert "row_changed" in told.out
    assert "NOT whole" in told.out


ANOTHER_HASH = """
    UPDATE carepath_log.seal_tiles SET hashes = sha256(hashes) || substring(hashes FROM 33)
    WHERE level = 0
"""


@pytest.mark.parametrize(
    ("tampering", "asked"),
    [
        ("UPDATE carepath_log.events SET data = '1' WHERE seq = 40", ("40",)),
        (ANOTHER_HASH, ("--consistent", "100", "300")),
    ],
)
async def test_a_proof_that_does_not_hold_is_not_printed(
    clinic: Clinic, carepath: Carepath, tampering: str, asked: Sequence[str]
) -> None:
    await clinic.fill(300)
    await clinic.seal(100)
    await clinic.seal()
    assert (await carepath("audit", "prove", *asked)).code == 0
    await clinic.tamper(tampering)
    refused = await carepath("audit", "prove", *asked)
    assert (refused.code, refused.out) == (1, "")
    assert "carepath audit verify" in refused.err


BEYOND = str(2**64)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("prove", BEYOND), 2),
        (("prove", "--consistent", "1", BEYOND), 2),
        (("prove", "--check", "nowhere"), 2),
        (("prove", "--check", "{binary}"), 2),
        (("verify", "--since", BEYOND), 1),
        (("verify", "--since", "6"), 1),
        (("verify", "--since", "{binary}"), 2),
        (("verify", "--anchor", "{binary}"), 1),
        (("verify", "--keys", "{binary}"), 3),
    ],
)
async def test_what_cannot_be_is_refused_in_a_sentence(
    clinic: Clinic, carepath: Carepath, asked: Sequence[str], code: int
) -> None:
    binary = clinic.folder / "binary"
    binary.write_bytes(bytes(range(256)))
    await clinic.fill(5)
    await clinic.seal()
    words = (word.format(binary=binary) for word in asked)
    assert (await carepath("audit", *words, "--json")).code == code


async def test_the_command_rotates_the_key(clinic: Clinic, carepath: Carepath) -> None:
    await clinic.fill(3)
    await clinic.seal()
    rotated = await carepath("seal", "rotate-key", "--json")
    assert [key["from_size"] for key in rotated.document["keys"]] == [0, 4]
    assert (await carepath("seal", "keys", "--json")).document == rotated.document
