"""A disclosure bundle: a folder of files, each named in a manifest whose hash goes to the log."""

import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID

from audit.export.errors import FolderTaken
from audit.export.lines import See, Seen, line_of, seen_of
from audit.export.openings import openings
from audit.export.partial_tree import spans_beside
from audit.export.readable import cover, record_page
from audit.export.scope import (
    Batch,
    OfPatient,
    Scope,
    leaves_of_period,
    leaves_of_streams,
)
from audit.export.sealed_event import SealedEvent, sealed_event
from domain.actor import Actor
from domain.events.envelope import RecordedEvent
from domain.events.reads import Purpose
from eventstore.cipher import Cipher
from eventstore.connect import Connection, Pool
from eventstore.encryption.wrapping import KeyWrapper
from eventstore.seal.tree import Sealed, latest_or_refuse, read_hashes
from eventstore.store import EventStore

FORMAT = "carepath/disclosure-bundle@v1"
MANIFEST = "manifest.json"
NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""42 CFR 2.32(a)(2): goes with every record that is subject to it."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Who hands out what, what for, and to whom.

    `see` says what the requester sees of an event; `opened`: the patient's keys go with it.
    """

    scope: Scope
    by: Actor
    purpose: Purpose
    see: See
    made_at: datetime
    recipient: str | None = None
    part_2: bool = False
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The log, the cipher of its patients' keys, and its public keys as text."""

    pool: Pool
    cipher: Cipher
    seal_keys: str
    wrapper: KeyWrapper | None = None

    @property
    def store(self) -> EventStore:
        return EventStore(self.pool, self.cipher)


@dataclass(slots=True)
class Written:
    """What has been written of the log: how much in which form, and whose it is."""

    indexes: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("all", "in_clear", "partly", "ciphertext", "hash_only"), 0
        )
    )
    pathways: set[str] = field(default_factory=set)
    in_clear: set[str] = field(default_factory=set)
    opened: set[UUID] = field(default_factory=set)
    closed: set[UUID] = field(default_factory=set)
    first_seq: int | None = None
    last_seq: int = 0
    withheld: set[str] = field(default_factory=set)

    def note(self, index: int, event: SealedEvent, seen: Seen, line: Mapping[str, Any]) -> None:
        self.indexes.append(index)
        self.counts["all"] += 1
        self.counts[_kind(line)] += 1
        self.withheld |= set(seen.withheld)
        seq = int(event.envelope["seq"])
        self.first_seq = seq if self.first_seq is None else self.first_seq
        self.last_seq = seq
        if event.key_id:
            (self.opened if seen.whole else self.closed).add(event.key_id)
        if event.stream_id.startswith("pathway-"):
            self.pathways.add(event.stream_id)
            if event.key_id and seen.data is not None:
                self.in_clear.add(event.stream_id)


async def write_bundle(source: Source, disclosure: Disclosure, folder: Path) -> Written:
    """Write everything but the receipt into an empty folder, the manifest last.

    Raises `FolderTaken`, `NothingToExport`, `EventUnreadable`, `NothingSealed`, `TilesMissing`,
    `ContentChanged`, `KeyMissing`, `StoreUnavailable`.
    """
    _make(folder)
    async with source.pool.acquire() as connection:
        sealed = await latest_or_refuse(connection)
        written = await _write_events(connection, source, disclosure, sealed, folder)
        await _write_proof(connection, sealed, written.indexes, folder)
    (folder / "checkpoint.txt").write_text(sealed.note, encoding="utf-8")
    (folder / "seal-keys.txt").write_text(source.seal_keys, encoding="utf-8")
    (folder / "verify.py").write_bytes(verifier())
    if disclosure.opened and source.wrapper:
        whole = written.opened - written.closed
        _write_json(folder / "openings.json", await openings(source.pool, source.wrapper, whole))
    manifest = _manifest(disclosure, sealed, written)
    await _write_records(source, disclosure, written, folder)
    (folder / "index.html").write_text(cover(manifest, sorted(written.in_clear)), encoding="utf-8")
    _write_json(folder / MANIFEST, {**manifest, "files": _files(folder)})
    return written


def verifier() -> bytes:
    """The stand-alone verifier, as it goes with every bundle."""
    return files("audit.export").joinpath("verify_bundle.py").read_bytes()


def manifest_hash(folder: Path) -> str:
    """What the log records of a bundle: SHA-256 of its manifest, in hexadecimal digits."""
    return sha256((folder / MANIFEST).read_bytes()).hexdigest()


async def _write_records(
    source: Source, disclosure: Disclosure, written: Written, folder: Path
) -> None:
    """For each patient in clear a page to read and print."""
    (folder / "records").mkdir()
    for pathway_id in sorted(written.in_clear):
        streams = await _streams_of(source.store, pathway_id, written)
        told = record_page(streams, disclosure.see, disclosure.made_at, _notice(disclosure))
        (folder / "records" / f"{pathway_id}.html").write_text(told, encoding="utf-8")


async def _streams_of(
    store: EventStore, pathway_id: str, written: Written
) -> list[list[RecordedEvent]]:
    """What the bundle has of the pathway, its escalations and its requests; none that is empty."""
    own = await store.read_stream(pathway_id)
    others = OfPatient(pathway_id).streams(own)[1:]
    streams = [own, *[await store.read_stream(one) for one in others]]
    first = written.first_seq or 0
    within = [[one for one in each if first <= one.seq <= written.last_seq] for each in streams]
    return [one for one in within if one]


async def _write_events(
    connection: Connection,
    source: Source,
    disclosure: Disclosure,
    sealed: Sealed,
    folder: Path,
) -> Written:
    written = Written()
    with (folder / "events.jsonl").open("wb") as file:
        async for batch in _leaves(connection, source, disclosure.scope, sealed):
            for line in await _lines(source.cipher, disclosure.see, batch, written):
                file.write(line)
    return written


async def _lines(cipher: Cipher, see: See, batch: Batch, written: Written) -> list[bytes]:
    events = [(index, leaf, sealed_event(leaf)) for index, leaf in batch]
    keys = await cipher.keys({event.key_id for _, _, event in events if event.key_id})
    lines = []
    for index, leaf, event in events:
        seen, erased = seen_of(event, keys, see)
        line = line_of(index, leaf, event, seen, erased=erased)
        written.note(index, event, seen, line)
        lines.append(_json_line(line))
    return lines


async def _leaves(
    connection: Connection, source: Source, scope: Scope, sealed: Sealed
) -> AsyncIterator[Batch]:
    if isinstance(scope, OfPatient):
        streams = scope.streams(await source.store.read_stream(scope.pathway_id))
        found = leaves_of_streams(connection, streams, sealed)
    else:
        found = leaves_of_period(connection, scope, sealed)
    async for batch in found:
        yield batch


async def _write_proof(
    connection: Connection, sealed: Sealed, indexes: Sequence[int], folder: Path
) -> None:
    hashes = await read_hashes(connection, spans_beside(indexes, sealed.size))
    proof = {"size": sealed.size, "hashes": [base64.b64encode(one).decode() for one in hashes]}
    _write_json(folder / "proof.json", proof)


def _manifest(disclosure: Disclosure, sealed: Sealed, written: Written) -> dict[str, Any]:
    by = disclosure.by
    return {
        "format": FORMAT,
        "made_at": disclosure.made_at.isoformat(),
        "by": {"subject": by.subject, "role": by.role},
        "purpose": disclosure.purpose,
        "recipient": disclosure.recipient,
        "scope": disclosure.scope.document,
        "sealed": sealed.size,
        "events": written.counts,
        "patients": len(written.pathways),
        "withheld": sorted(written.withheld),
        "notice": _notice(disclosure),
    }


def _notice(disclosure: Disclosure) -> str | None:
    return NOTICE if disclosure.part_2 else None


def _files(folder: Path) -> list[dict[str, Any]]:
    """Every file that is there, by name, with its size in bytes and its SHA-256."""
    found = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        found.append({"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()})
    return found


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise FolderTaken(folder) from None
    if any(folder.iterdir()):
        raise FolderTaken(folder)


def _write_json(path: Path, content: Any) -> None:
    path.write_bytes(canonical(content))


def canonical(content: Any) -> bytes:
    """JSON as the verifier expects a receipt: sorted, one member a line, UTF-8."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    return (text + "\n").encode()


def _json_line(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _kind(line: Mapping[str, Any]) -> str:
    """How much of an event is shown; the verifier counts the same."""
    if line["data"] is None:
        return "hash_only" if line["leaf"] is None else "ciphertext"
    return "partly" if line["withheld"] else "in_clear"
