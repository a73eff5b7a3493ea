"""A disclosure bundle: a folder of files, each named in a manifest whose hash goes to the log."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from hashlib import file_digest, sha256
from importlib.resources import files
from pathlib import Path
from shutil import rmtree
from typing import Any

from audit.errors import FolderTaken
from audit.export.disclosure import Disclosure, Source, Written
from audit.export.lines import See, line_of, seen_of
from audit.export.openings import openings
from audit.export.partial_tree import spans_beside
from audit.export.readable import cover
from audit.export.records import write_records
from audit.export.scope import (
    Batch,
    OfPatient,
    Scope,
    leaves_of_period,
    leaves_of_streams,
)
from audit.export.sealed_event import sealed_event
from eventstore.cipher import Cipher
from eventstore.connect import Connection
from eventstore.seal.tree import Sealed, latest_or_refuse, read_hashes

FORMAT = "carepath/disclosure-bundle@v2"
MANIFEST = "manifest.json"


async def write_bundle(source: Source, disclosure: Disclosure, folder: Path) -> Written:
    """Write everything but the receipt into an empty folder, the manifest last.

    What cannot be written whole is taken away again: nothing in clear is left lying about.
    Raises `FolderTaken`, `NothingToExport`, `EventUnreadable`, `NothingSealed`, `TilesMissing`,
    `ContentChanged`, `KeyMissing`, `StoreUnavailable`.
    """
    _make(folder)
    try:
        return await _write(source, disclosure, folder)
    except BaseException:
        await asyncio.to_thread(rmtree, folder)
        raise


async def _write(source: Source, disclosure: Disclosure, folder: Path) -> Written:
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
    await write_records(source.store, disclosure, written, folder)
    (folder / "index.html").write_text(cover(manifest, sorted(written.in_clear)), encoding="utf-8")
    _write_json(folder / MANIFEST, {**manifest, "files": _files(folder)})
    return written


def verifier() -> bytes:
    """The stand-alone verifier, as it goes with every bundle."""
    return files("audit.export").joinpath("verify_bundle.py").read_bytes()


def manifest_hash(folder: Path) -> str:
    """What the log records of a bundle: SHA-256 of its manifest, in hexadecimal digits."""
    return sha256((folder / MANIFEST).read_bytes()).hexdigest()


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
        "basis": disclosure.on,
        "recipient": disclosure.recipient,
        "scope": disclosure.scope.document,
        "sealed": sealed.size,
        "events": written.counts,
        "patients": len(written.pathways),
        "withheld": sorted(written.withheld),
        "notice": disclosure.notice,
    }


def _files(folder: Path) -> list[dict[str, Any]]:
    """Every file that is there, by name, with its size in bytes and its SHA-256."""
    return [
        {
            "name": path.relative_to(folder).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": _digest(path),
        }
        for path in sorted(one for one in folder.rglob("*") if one.is_file())
    ]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


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
