"""Whatever is changed in a bundle, the verifier that a stranger has refuses it."""

import base64
import json
import re
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.export.bundle import canonical
from audit.export.errors import BundleWrong
from audit.export.scope import Batch, leaves_of_streams
from audit.export.verify_bundle import verdict
from domain.events.access import SharingOptedOut
from eventstore.seal.note import Signer
from tests.activities.given import NOW
from tests.verifier.given import ALL, Office, nameless, of

BYTES_OF_EACH_FILE = 60


@pytest_asyncio.fixture
async def bundle(office: Office) -> Path:
    """A patient among others, with keys; nothing in it depends on chance."""
    patients = [await office.patient() for _ in range(5)]
    await office.sealed()
    folder = await office.hand_out(of(patients[2]), opened=True)
    assert verdict(folder, None)["ok"]
    return folder


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def test_any_byte_of_any_file_that_is_changed_shows(bundle: Path) -> None:
    chance = Random(2026)  # noqa: S311 - which bytes, not a secret
    for path in files(bundle):
        whole = path.read_bytes()
        places = range(len(whole))
        for at in chance.sample(places, min(len(whole), BYTES_OF_EACH_FILE)):
            other = whole[at] ^ chance.randrange(1, 256)
            path.write_bytes(whole[:at] + bytes([other]) + whole[at + 1 :])
            assert not verdict(bundle, None)["ok"], (path.name, at, other)
        path.write_bytes(whole)
    assert verdict(bundle, None)["ok"]


async def test_every_byte_of_the_receipt_counts(bundle: Path) -> None:
    """It is the one file that no hash covers."""
    path = bundle / "receipt.json"
    whole = path.read_bytes()
    for at in range(len(whole)):
        for other in (whole[at] ^ 1, (whole[at] + 1) % 256):
            path.write_bytes(whole[:at] + bytes([other]) + whole[at + 1 :])
            assert not verdict(bundle, None)["ok"], (at, other)


async def test_a_file_that_is_cut_longer_gone_or_new_shows(bundle: Path) -> None:
    for path in files(bundle):
        whole = path.read_bytes()
        for other in (whole[:-1], whole + b"\n", b""):
            path.write_bytes(other)
            assert not verdict(bundle, None)["ok"], (path.name, len(other))
        path.unlink()
        assert not verdict(bundle, None)["ok"], path.name
        path.write_bytes(whole)
    (bundle / "more.txt").write_text("more")
    assert verdict(bundle, None) == {"ok": False, "wrong": "more.txt was added"}
    (bundle / "more.txt").unlink()
    (bundle / "more.txt").symlink_to(bundle / "index.html")
    assert verdict(bundle, None) == {"ok": False, "wrong": "more.txt is a link"}


def rehashed(folder: Path) -> None:
    """What a forger does who changes a file and puts its hash into the manifest."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    for one in manifest["files"]:
        content = (folder / one["name"]).read_bytes()
        one |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    path.write_bytes(canonical(manifest))


async def test_a_manifest_that_is_made_to_fit_is_not_the_one_in_the_log(bundle: Path) -> None:
    page = next((bundle / "records").iterdir())
    page.write_text(page.read_text().replace("Avery", "Every"))
    rehashed(bundle)
    assert "not the one whose disclosure the log recorded" in verdict(bundle, None)["wrong"]


def bundle_in(leaf: bytes) -> bytes:
    """The hash of the manifest that the event of a disclosure names."""
    found = re.search(rb'"bundle": ?"([0-9a-f]{64})"', leaf)
    assert found
    return found[1]


def sealed_anew(folder: Path, secret: bytes) -> None:
    """A forger's own log of one event, that of the receipt, under a key of their own."""
    receipt = json.loads((folder / "receipt.json").read_bytes())
    leaf = base64.b64decode(receipt["leaf"])
    before = bundle_in(leaf)
    digest = sha256((folder / "manifest.json").read_bytes()).hexdigest().encode()
    forged = leaf.replace(before, digest)
    root = sha256(b"\x00" + forged).digest()
    origin = (folder / "checkpoint.txt").read_text().splitlines()[0]
    signer = Signer(origin, secret)
    note = signer.sign(f"{origin}\n1\n{base64.b64encode(root).decode()}\n")
    (folder / "receipt.json").write_bytes(
        canonical(
            {
                **receipt,
                "leaf": base64.b64encode(forged).decode(),
                "index": 0,
                "hashes": [],
                "checkpoint": note,
                "consistency": [],
            }
        )
    )
    (folder / "seal-keys.txt").write_text(f"0 {signer.verifier}\n")


async def test_a_forger_with_keys_of_their_own_is_convicted_by_keys_from_elsewhere(
    bundle: Path, office: Office
) -> None:
    secret = Ed25519PrivateKey.generate().private_bytes_raw()
    sealed_anew(bundle, secret)
    found = verdict(bundle, office.clinic.keys / "seal-keys.txt")
    assert "not signed by the key in force" in found["wrong"]


Change = Callable[[list[dict[str, Any]]], None]


def other_name(lines: list[dict[str, Any]]) -> None:
    lines[0]["data"]["referral"]["patient"]["family_name"] = "Else"


def other_time(lines: list[dict[str, Any]]) -> None:
    lines[0]["recorded_at"] = "2020-01-01T00:00:00+00:00"


def left_out(lines: list[dict[str, Any]]) -> None:
    del lines[0]


def twice(lines: list[dict[str, Any]]) -> None:
    lines.append(lines[0])


def elsewhere(lines: list[dict[str, Any]]) -> None:
    lines[0]["index"] = 0


def other_hash(lines: list[dict[str, Any]]) -> None:
    lines[0] |= {"leaf": None, "leaf_hash": "00" * 32, "data": None}


def without_leaf(lines: list[dict[str, Any]]) -> None:
    lines[0]["leaf"] = None


def other_leaf(lines: list[dict[str, Any]]) -> None:
    """All of another event but its place and its hash."""
    lines[0] |= {k: v for k, v in lines[1].items() if k not in ("index", "leaf_hash")}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (other_name, "says something else in clear than was sealed"),
        (other_time, "says another recorded_at than was sealed"),
        (left_out, ""),
        (twice, "repeats an event"),
        (elsewhere, ""),
        (other_hash, "not those of the sealed log"),
        (other_leaf, "has another leaf"),
        (without_leaf, "shows an event whole but not its leaf"),
    ],
)
async def test_events_are_checked_against_the_log_and_not_only_against_the_manifest(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, change: Change, told: str
) -> None:
    """As if the sender themselves had recorded a bundle that is not true."""
    path = bundle / "events.jsonl"
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    change(lines)
    path.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    rehashed(bundle)
    believe_whatever_is_recorded(monkeypatch)
    found = verdict(bundle, None)
    assert not found["ok"]
    assert told in found["wrong"]


async def test_a_proof_with_more_than_it_needs_is_refused(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bundle / "proof.json"
    proof = json.loads(path.read_bytes())
    path.write_bytes(canonical({**proof, "hashes": [*proof["hashes"], proof["hashes"][0]]}))
    rehashed(bundle)
    believe_whatever_is_recorded(monkeypatch)
    assert "more hashes than it needs" in verdict(bundle, None)["wrong"]


async def test_a_manifest_that_counts_other_events_is_refused(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["events"]["in_clear"] += 1
    path.write_bytes(canonical(manifest))
    believe_whatever_is_recorded(monkeypatch)
    assert "counts other events" in verdict(bundle, None)["wrong"]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"by": {"subject": "account-1", "role": "auditor"}}, "differ in who"),
        ({"by": {"subject": "account-9", "role": "supervisor"}}, "differ in who"),
        ({"made_at": "2026-01-01T00:00:00+00:00"}, "differ in when"),
        ({"purpose": "treatment"}, "differ in what for"),
        ({"basis": "judicial"}, "differ in what for"),
        ({"patients": 7}, "differ in what"),
        ({"sealed": 3}, "of another checkpoint"),
        ({"scope": {"kind": "patient", "pathway": "pathway-1"}}, "of somebody else"),
    ],
)
async def test_a_manifest_that_tells_otherwise_than_the_log_is_refused(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any], told: str
) -> None:
    path = bundle / "manifest.json"
    path.write_bytes(canonical({**json.loads(path.read_bytes()), **other}))
    believe_whatever_is_recorded(monkeypatch)
    assert told in verdict(bundle, None)["wrong"]


async def test_a_sender_who_leaves_an_event_out_of_a_stream_is_convicted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof is right for what is there; the versions tell."""

    async def without_the_second(*asked: Any) -> AsyncIterator[Batch]:
        async for batch in leaves_of_streams(*asked):
            yield [*batch[:1], *batch[2:]]

    patient = await office.patient(SharingOptedOut(at=NOW))
    await office.sealed()
    monkeypatch.setattr("audit.export.bundle.leaves_of_streams", without_the_second)
    with pytest.raises(BundleWrong, match="were left out"):
        await office.hand_out(of(patient))


def believe_whatever_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The receipt is believed, whatever manifest it names."""
    from audit.export import verify_bundle  # noqa: PLC0415 - patched here alone

    real = verify_bundle.check_receipt

    def believed(raw: bytes, keys: list[Any], _digest: str) -> Any:
        leaf = base64.b64decode(json.loads(raw)["leaf"])
        return real(raw, keys, bundle_in(leaf).decode())

    monkeypatch.setattr(verify_bundle, "check_receipt", believed)


async def test_a_whole_log_with_an_event_left_out_is_not_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await office.patient()
    await office.sealed()
    folder = await office.hand_out(ALL, see=nameless)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    patient = (await office.store.streams("pathway", "", 1))[0]
    partial = await office.hand_out(of(patient), "partial", see=nameless)
    said = json.loads((partial / "manifest.json").read_bytes())
    said["scope"] = manifest["scope"]
    (partial / "manifest.json").write_bytes(canonical(said))
    believe_whatever_is_recorded(monkeypatch)
    assert not verdict(partial, None)["ok"]
    assert verdict(copytree(folder, office.folder / "copy"), None)["ok"]
