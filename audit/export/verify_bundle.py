"""Checks a disclosure bundle of carepath.

    python -I verify.py FOLDER [--keys FILE] [--json]

Needs Python 3.11 and the package `cryptography`, and nothing of carepath: no database, no network.
It says whether any byte of the bundle is other than it was handed out, whether every event in it
stands in the sealed log, and whether events were left out between them. Exit code 0: all of that
holds; 1: something does not, and what; 2: it cannot be asked like this.

Give --keys with the log's public keys as you got them by another way than this bundle. Without it
the bundle's own are used: they show damage, but not a forger who replaced everything.

Formats: docs/disclosure-bundle.md and docs/log-format.md of carepath; RFC 9162; C2SP
tlog-checkpoint.
"""

import argparse
import base64
import json
import re
import struct
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

try:
    from cryptography.exceptions import InvalidSignature, InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError:
    sys.exit("This needs the package cryptography: python -m pip install cryptography")

MANIFEST, RECEIPT, KEYS, OPENINGS = (
    "manifest.json",
    "receipt.json",
    "seal-keys.txt",
    "openings.json",
)
CHECKPOINT, PROOF, EVENTS = "checkpoint.txt", "proof.json", "events.jsonl"
FORMAT, RECORDED = "carepath/disclosure-bundle@v2", "access.exported"
HASH, NONCE = 32, 12
FIELDS = (
    *("seq", "stream_id", "version", "event_id", "type", "schema_version", "recorded_at"),
    *("effective_at", "actor", "relied_on", "command_id", "causation_id", "correlation_id"),
    *("programme_version", "key_id", "data"),
)
NUMBERS = ("seq", "version", "schema_version")
UUIDS = ("event_id", "command_id", "causation_id", "correlation_id", "key_id")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
Json = dict[str, Any]


class Wrong(Exception):
    """Something in the bundle is not as it was handed out."""


class Checkpoint(NamedTuple):
    """What was signed: the log had this root when it had `size` events."""

    origin: str
    size: int
    root: bytes


class Key(NamedTuple):
    """A public key of the log, in force from this size on."""

    from_size: int
    name: str
    public: bytes

    @property
    def number(self) -> bytes:
        return sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]


def check(folder: Path, keys_file: Path | None = None) -> Json:
    """Check the bundle in `folder`; what it holds. Raises `Wrong` with a sentence."""
    raw = read(folder, MANIFEST)
    manifest = parsed(raw, MANIFEST)
    require(manifest["format"] == FORMAT, "the manifest is of another format")
    keys = keys_in(text_of(keys_file.read_bytes() if keys_file else read(folder, KEYS), KEYS))
    receipt = check_receipt(read(folder, RECEIPT), keys, sha256(raw).hexdigest())
    check_files(folder, manifest)
    sealed = open_note(text_of(read(folder, CHECKPOINT), CHECKPOINT), keys)
    check_grown(sealed, receipt["checkpoint"], receipt["hashes"])
    check_told(manifest, receipt["event"], sealed)
    found = check_events(folder, sealed)
    require(found.pop("counts") == manifest["events"], "the manifest counts other events")
    told = check_complete(manifest["scope"], found.pop("places"), sealed.size)
    return {
        "origin": sealed.origin,
        "made_at": manifest["made_at"],
        "by": manifest["by"],
        "purpose": manifest["purpose"],
        "basis": manifest["basis"],
        "recipient": manifest["recipient"],
        "scope": manifest["scope"],
        "files": len(manifest["files"]),
        **found,
        "sealed": sealed.size,
        "recorded_as": receipt["event"]["seq"],
        "complete": told,
        "keys": fingerprint(keys),
        "own_keys": keys_file is None,
    }


def check_receipt(raw: bytes, keys: list[Key], digest: str) -> Json:
    """The log holds the event of this disclosure, and that event names the manifest's hash."""
    receipt = parsed(raw, RECEIPT)
    require(
        set(receipt) == {"format", "leaf", "index", "hashes", "checkpoint", "consistency"}
        and receipt["format"] == FORMAT,
        "the receipt is of another format",
    )
    require(raw == canonical(receipt), "the receipt is not written as it was handed out")
    signed = open_note(receipt["checkpoint"], keys)
    leaf = unbase64(receipt["leaf"])
    proof = [unhash(one) for one in receipt["hashes"]]
    root = root_through(leaf_hash(leaf), receipt["index"], signed.size, proof)
    require(root == signed.root, "the event of this disclosure is not in the sealed log")
    event = fields_of(leaf)
    require(event["type"] == RECORDED, "the event of the receipt is none of a disclosure")
    require(
        json.loads(event["data"])["bundle"] == digest,
        "the manifest is not the one whose disclosure the log recorded",
    )
    hashes = [unhash(one) for one in receipt["consistency"]]
    return {"event": event, "checkpoint": signed, "hashes": hashes}


def check_told(manifest: Json, event: Json, sealed: Checkpoint) -> None:
    """The manifest tells of the disclosure what the log recorded of it."""
    scope, actor, recorded_as = manifest["scope"], event["actor"], json.loads(event["data"])
    said = {
        "who": (manifest["by"]["subject"], manifest["by"]["role"]),
        "when": manifest["made_at"],
        "what for": (manifest["purpose"], manifest["basis"]),
        "what": (scope["kind"], manifest["events"]["all"], manifest["patients"]),
    }
    recorded = {
        "who": (actor["subject"], actor["role"]),
        "when": event["effective_at"],
        "what for": (recorded_as["purpose"], recorded_as["basis"]),
        "what": (recorded_as["scope"], recorded_as["events"], recorded_as["patients"]),
    }
    for what, one in said.items():
        require(one == recorded[what], f"the manifest and the log differ in {what}")
    if scope["kind"] == "patient":
        own = "access-" + scope["pathway"].partition("-")[2]
        require(event["stream_id"] == own, "the log recorded a disclosure of somebody else")
    require(manifest["sealed"] == sealed.size, "the manifest is of another checkpoint")


def check_files(folder: Path, manifest: Json) -> None:
    """Every file is there as the manifest says, and no other."""
    listed = {one["name"]: one for one in manifest["files"]}
    found = set()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        require(not path.is_symlink(), f"{name} is a link")
        if not path.is_dir():
            found.add(name)
    for name in sorted(found ^ {*listed, MANIFEST, RECEIPT}):
        raise Wrong(f"{name} is missing" if name not in found else f"{name} was added")
    for name, said in listed.items():
        with (folder / name).open("rb") as file:
            same = file_digest(file, "sha256").hexdigest() == said["sha256"]
            same = same and file.tell() == said["bytes"]
        require(same, f"{name} was changed")


def check_grown(old: Checkpoint, new: Checkpoint, proof: list[bytes]) -> None:
    """The log of the receipt begins with the log that the events were taken from."""
    require(old.origin == new.origin, "the receipt is of another log")
    if old.size == new.size:
        require(old.root == new.root and not proof, "two checkpoints of one size contradict")
        return
    require(0 < old.size < new.size and bool(proof), "the log has not grown to its receipt")
    path = list(proof) if old.size & (old.size - 1) else [old.root, *proof]
    place, last = old.size - 1, new.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        require(last > 0, "the proof that the log only grew is too long")
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    grown = last == 0 and before == old.root and after == new.root
    require(grown, "the log was rewritten between the events and the receipt")


def check_events(folder: Path, sealed: Checkpoint) -> Json:
    """Every line is what its leaf says, and the leaves with the proof lead to the signed root."""
    openings = openings_in(folder)
    hashes: dict[int, bytes] = {}
    places: list[tuple[int, str, int]] = []
    counts = {"all": 0, "in_clear": 0, "partly": 0, "ciphertext": 0, "hash_only": 0}
    proved = 0
    for number, raw in lines_of(folder):
        line = parsed(raw, f"line {number} of {EVENTS}")
        proved += check_line(line, number, openings)
        require(line["index"] not in hashes, f"line {number} repeats an event")
        hashes[line["index"]] = bytes.fromhex(line["leaf_hash"])
        places.append((line["index"], line["stream_id"], line["version"]))
        counts["all"] += 1
        counts[kind_of(line)] += 1
    proof = parsed(read(folder, PROOF), PROOF)
    nodes = iter([unhash(one) for one in proof["hashes"]])
    root = root_of(sorted(hashes), hashes, 0, sealed.size, nodes)
    require(next(nodes, None) is None, "the proof holds more hashes than it needs")
    require(root == sealed.root, "the events are not those of the sealed log")
    return {"counts": counts, "events": counts, "places": places, "proved": proved}


def lines_of(folder: Path) -> Iterator[tuple[int, bytes]]:
    """The events' lines, numbered from 1; a whole log need not fit into memory."""
    with (folder / EVENTS).open("rb") as file:
        yield from enumerate(file, start=1)


def check_line(line: Json, number: int, openings: dict[str, bytes]) -> bool:
    """The line's envelope, and its data where that can be known; whether all of it was compared."""
    if line["leaf"] is None:
        require(
            line["data"] is None or bool(line["withheld"]),
            f"line {number} shows an event whole but not its leaf",
        )
        return False
    leaf = unbase64(line["leaf"])
    require(leaf_hash(leaf).hex() == line["leaf_hash"], f"line {number} has another leaf")
    event = fields_of(leaf)
    stored = event.pop("data")
    for name, value in event.items():
        require(line[name] == value, f"line {number} says another {name} than was sealed")
    if event["key_id"] is None:
        clear = stored
    elif event["key_id"] in openings:
        clear = decrypted(openings[event["key_id"]], event, stored)
    else:
        return False
    if line["data"] is None or line["withheld"]:
        return False
    same = json.loads(clear) == line["data"]
    require(same, f"line {number} says something else in clear than was sealed")
    return True


def check_complete(scope: Json, places: list[tuple[int, str, int]], size: int) -> str:
    """That nothing was left out in between, as far as the bundle can show it; in words."""
    indexes = sorted(index for index, _, _ in places)
    if scope["kind"] != "patient":
        whole = indexes == list(range(indexes[0], indexes[-1] + 1))
        require(whole, "events were left out between the first and the last")
        whole_log = scope["kind"] == "all"
        require(not whole_log or len(indexes) == size, "the bundle is not the whole sealed log")
        return "every sealed event" if whole_log else "every event from the first to the last"
    versions: dict[str, list[int]] = {}
    for _, stream, version in sorted(places):
        versions.setdefault(stream, []).append(version)
    for stream, found in versions.items():
        gapless = found == list(range(1, len(found) + 1))
        require(gapless, f"events of {stream} were left out")
    require(scope["pathway"] in versions, "the patient's own events are missing")
    return f"every event of {len(versions)} streams up to the last that is shown"


def kind_of(line: Json) -> str:
    """How much of an event the bundle shows."""
    if line["data"] is None:
        return "hash_only" if line["leaf"] is None else "ciphertext"
    return "partly" if line["withheld"] else "in_clear"


def openings_in(folder: Path) -> dict[str, bytes]:
    """The patient's keys by their id, if the bundle opens its ciphertexts."""
    if not (folder / OPENINGS).exists():
        return {}
    given = parsed(read(folder, OPENINGS), OPENINGS)
    return {key_id: unbase64(secret) for key_id, secret in given.items()}


def decrypted(secret: bytes, event: Json, stored: bytes) -> bytes:
    """The JSON that was sealed as ciphertext, at this place in the log and no other."""
    parts = (event["stream_id"], str(event["version"]), event["type"])
    bound = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    try:
        return AESGCM(secret).decrypt(stored[:NONCE], stored[NONCE:], bound)
    except (InvalidTag, ValueError):
        raise Wrong(f"event {event['seq']} does not open with the key in the bundle") from None


def keys_in(text: str) -> list[Key]:
    """The log's keys in the order in which they were made; a later one of a size counts."""
    keys = [key_from(line) for line in text.splitlines() if line.strip()]
    begins = bool(keys) and keys[0].from_size == 0
    require(begins and len({key.name for key in keys}) == 1, "these are not the keys of one log")
    return keys


def key_from(line: str) -> Key:
    found = re.fullmatch(r"(0|[1-9][0-9]{0,18}) (\S+)\+([0-9a-f]{8})\+(\S+)", line)
    if found is None:
        raise Wrong("a line of the keys is no key")
    raw = unbase64(found[4])
    require(len(raw) == 1 + HASH and raw[:1] == b"\x01", "a key is not an Ed25519 key")
    key = Key(int(found[1]), found[2], raw[1:])
    require(key.number.hex() == found[3], "a key's number is not its own")
    return key


def open_note(note: str, keys: list[Key]) -> Checkpoint:
    """What a checkpoint says, signed once and by the key in force at its size."""
    shape = r"((\S+)\n(0|[1-9][0-9]{0,18})\n(\S+)\n)\n— (\S+) (\S+)\n"
    found = re.fullmatch(shape, note)
    if found is None:
        raise Wrong("a checkpoint is not a signed note")
    text, origin, size, root, name, signature = found.groups()
    key = next(one for one in reversed(keys) if one.from_size <= int(size))
    raw = unbase64(signature)
    require(
        name == origin == key.name and raw[:4] == key.number,
        "a checkpoint is not signed by the key in force at its size",
    )
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], text.encode())
    except InvalidSignature:
        raise Wrong("a checkpoint's signature is wrong") from None
    return Checkpoint(origin, int(size), unhash(root))


def root_of(
    indexes: list[int], hashes: dict[int, bytes], begin: int, end: int, nodes: Iterator[bytes]
) -> bytes:
    """The root over leaves `begin` to `end`: `indexes` at hand, the rest in `nodes`."""
    if not indexes:
        found = next(nodes, None)
        if found is None:
            raise Wrong("the proof lacks a hash")
        return found
    require(begin <= indexes[0] and indexes[-1] < end, "an event lies outside the sealed log")
    if end - begin == 1:
        return hashes[begin]
    middle = begin + (1 << (end - begin - 1).bit_length() - 1)
    left = [one for one in indexes if one < middle]
    lower = root_of(left, hashes, begin, middle, nodes)
    return node_hash(lower, root_of(indexes[len(left) :], hashes, middle, end, nodes))


def root_through(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root to which a proof leads from the leaf at `index` (RFC 9162, section 2.1.3.2)."""
    require(type(index) is int and 0 <= index < size, "the receipt lies outside the log")
    place, last, result = index, size - 1, leaf
    for sibling in proof:
        require(last > 0, "the receipt's proof is too long")
        if place & 1 or place == last:
            result = node_hash(sibling, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    require(last == 0, "the receipt's proof is too short")
    return result


def fields_of(leaf: bytes) -> Json:
    """A leaf's fields by their names; `data` are the bytes as stored."""
    require(leaf[:1] == b"\x01", "a leaf is of another format")
    event: Json = {}
    at = 1
    for name in FIELDS:
        [length] = struct.unpack_from(">i", leaf, at)
        raw = leaf[at + 4 : at + 4 + max(length, 0)]
        require(len(raw) == max(length, 0), "a leaf is cut off")
        at += 4 + len(raw)
        event[name] = None if length < 0 else value_of(name, raw)
    require(at == len(leaf), "a leaf is longer than its fields")
    return event


def value_of(name: str, raw: bytes) -> Any:
    """A field as the bundle writes it."""
    if name in NUMBERS:
        return int.from_bytes(raw, "big", signed=True)
    if name in UUIDS:
        return str(UUID(bytes=raw))
    if name.endswith("_at"):
        return (EPOCH + timedelta(microseconds=int.from_bytes(raw, "big", signed=True))).isoformat()
    if name in ("actor", "relied_on"):
        return json.loads(raw)
    return raw if name == "data" else raw.decode()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def fingerprint(keys: list[Key]) -> str:
    """To compare by telephone: SHA-256 of the newest key, in groups of four."""
    digest = sha256(keys[-1].public).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def canonical(content: Any) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def parsed(raw: bytes, what: str) -> Json:
    found = json.loads(text_of(raw, what))
    require(isinstance(found, dict), f"{what} is no JSON object")
    return dict(found)


def text_of(raw: bytes, what: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Wrong(f"{what} is not text") from None


def unhash(text: str) -> bytes:
    found = unbase64(text)
    require(len(found) == HASH, "a hash does not have 32 bytes")
    return found


def unbase64(text: str) -> bytes:
    """Only the one way to write these bytes is taken."""
    found = base64.b64decode(text, validate=True)
    require(base64.b64encode(found).decode() == text, "base64 is written in another way")
    return found


def read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        raise Wrong(f"{name} is missing") from None


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Wrong(otherwise)


def verdict(folder: Path, keys: Path | None) -> Json:
    """What came of the check: `ok`, and what the bundle holds or what is wrong."""
    try:
        return {"ok": True, **check(folder, keys)}
    except Wrong as wrong:
        return {"ok": False, "wrong": str(wrong)}
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        StopIteration,
        OverflowError,
        RecursionError,
        struct.error,
        OSError,
    ) as broken:
        return {"ok": False, "wrong": f"a file cannot be read ({type(broken).__name__})"}


def main() -> int:
    asked = argparse.ArgumentParser(description="Check a disclosure bundle of carepath.")
    asked.add_argument("folder", type=Path, nargs="?", default=Path(__file__).resolve().parent)
    asked.add_argument("--keys", type=Path, help="the log's public keys, got by another way")
    asked.add_argument("--json", action="store_true", help="print one JSON document")
    given = asked.parse_args()
    if not given.folder.is_dir() or (given.keys and not given.keys.is_file()):
        asked.error("name the bundle's folder, and with --keys a file that is there")
    found = verdict(given.folder, given.keys)
    if given.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        tell(found)
    return 0 if found["ok"] else 1


def tell(found: Json) -> None:
    """Print it for a person."""
    if not found["ok"]:
        sys.stdout.write(f"NOT as it was handed out: {found['wrong']}\n")
        return
    counts, by = found["events"], found["by"]
    shown = (
        f"{counts['in_clear']} in clear, {counts['partly']} in part, "
        f"{counts['ciphertext']} as ciphertext, {counts['hash_only']} as hash"
    )
    facts = {
        "log": f"{found['origin']}, sealed to {found['sealed']} events",
        "handed out": f"{found['made_at']} by {by['subject']} ({by['role']})",
        "purpose": f"{found['purpose']}; the log recorded it as event {found['recorded_as']}",
        "basis": found["basis"].replace("_", " "),
        "recipient": found["recipient"] or "not named",
        "events": f"{counts['all']}, each in the sealed log: {shown}",
        "complete": found["complete"],
        "clear text": f"of {found['proved']} events compared with the seal; the rest as sent",
        "key": found["keys"],
    }
    lines = ["The bundle is as it was handed out."]
    lines += [f"  {name:<12}{fact}" for name, fact in facts.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    if found["own_keys"]:
        sys.stdout.write("The key came with the bundle: compare it with one got by another way.\n")


if __name__ == "__main__":
    sys.exit(main())
