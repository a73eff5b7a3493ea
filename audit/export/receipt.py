"""The disclosure as an event of the log, and the receipt: that event's proof, for the bundle.

The event names the manifest's hash, so the next signed checkpoint vouches for every byte that was
handed out, and nobody can hand out another bundle in its place or deny having handed out this one.
"""

import asyncio
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_OID, UUID, uuid5

from audit.export.bundle import FORMAT, MANIFEST, canonical, manifest_hash
from audit.export.disclosure import Disclosure, Written
from audit.export.errors import BundleWrong, NotABundle, NotSealed, NotSealedYet, NotSealing
from audit.export.scope import OfPatient
from audit.export.sql import query
from audit.export.verify_bundle import verdict
from audit.prove import prove_inclusion
from domain.events.envelope import Origin, event_id_of, new_events
from domain.events.exports import Disclosed, Exported, ExportEvent
from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.reads import Reading, ReadLog, access_stream_by, access_stream_of
from eventstore.seal.checkpoint import checkpoint_of, read_checkpoint
from eventstore.seal.errors import EventNotSealed, NothingSealed, SealError
from eventstore.seal.merkle import consistency_spans
from eventstore.seal.note import parse
from eventstore.seal.tree import latest, read_hashes

RECEIPT = "receipt.json"
LOOK_AGAIN = timedelta(milliseconds=500)


def event_of(digest: str) -> UUID:
    """The id of the event that records the disclosure of a bundle with this manifest."""
    return event_id_of(_command(digest, ""), 0)


async def record_disclosure(
    reads: ReadLog, disclosure: Disclosure, written: Written, folder: Path
) -> UUID:
    """Record who handed out what, once; the id of the event that the receipt is about.

    Of one patient it stands with what was read of them, of several with what the requester read.
    To whom it went stands with each patient whose record is in clear. Raises `StoreUnavailable`.
    """
    digest, scope = manifest_hash(folder), disclosure.scope
    exported = Exported(
        at=disclosure.made_at,
        bundle=digest,
        scope=scope.kind,
        since=None if isinstance(scope, OfPatient) else scope.since,
        until=None if isinstance(scope, OfPatient) else scope.until,
        purpose=disclosure.purpose,
        basis=disclosure.on,
        events=written.counts["all"],
        patients=len(written.pathways),
    )
    given = Disclosed(
        at=disclosure.made_at,
        bundle=digest,
        scope=scope.kind,
        recipient=disclosure.recipient,
        basis=disclosure.on,
    )
    await reads.append(
        [
            _reading(_stream(disclosure), disclosure, exported, digest, ""),
            *(
                _reading(access_stream_of(one), disclosure, given, digest, one)
                for one in sorted(written.in_clear)
            ),
        ]
    )
    return event_of(digest)


def _stream(disclosure: Disclosure) -> str:
    if isinstance(disclosure.scope, OfPatient):
        return access_stream_of(disclosure.scope.pathway_id)
    return access_stream_by(disclosure.by.subject)


async def write_receipt(dsn: str, pool: Pool, folder: Path) -> None:
    """Prove the event of this bundle's disclosure and put the proof beside it, then check all.

    Raises `NotSealedYet`, `NotABundle`, `BundleWrong`, `TilesMissing`, `StoreUnavailable`.
    """
    try:
        digest, old = manifest_hash(folder), read_checkpoint(_note(folder))[1]
    except (OSError, ValueError, SealError):
        raise NotABundle(folder) from None
    try:
        proof = await prove_inclusion(dsn, event_of(digest))
    except (EventNotSealed, NothingSealed):
        raise NotSealedYet(folder) from None
    new = checkpoint_of(parse(proof.note))
    async with pool.acquire() as connection:
        grown = await read_hashes(connection, consistency_spans(old.size, new.size))
    receipt = {
        "format": FORMAT,
        "leaf": b64encode(proof.leaf).decode(),
        "index": proof.index,
        "hashes": [b64encode(one).decode() for one in proof.hashes],
        "checkpoint": proof.note,
        "consistency": [b64encode(one).decode() for one in grown],
    }
    (folder / RECEIPT).write_bytes(canonical(receipt))
    await _require_right(folder)


async def require_sealing(pool: Pool, patience: timedelta) -> None:
    """Wait until what the log holds now is sealed. Raises `NotSealing`, `StoreUnavailable`.

    What was recorded a moment before proves that somebody seals: ask it after the question itself
    was recorded, and before anything is recorded as handed out.
    """
    with store_errors():
        last = await pool.fetchval(query("last_event")) or 0

    async def look() -> None:
        async with pool.acquire() as connection:
            sealed = await latest(connection)
        if sealed is None or sealed.last_seq < last:
            raise NotSealing

    await await_seal(look, patience)


async def await_seal(
    write: Callable[[], Awaitable[None]], patience: timedelta, look_again: timedelta = LOOK_AGAIN
) -> None:
    """Do what needs a seal as soon as it is there, or raise its `NotSealed` when patience ends."""
    loop = asyncio.get_running_loop()
    given_up_at = loop.time() + patience.total_seconds()
    while True:
        try:
            return await write()
        except NotSealed:
            if loop.time() > given_up_at:
                raise
        await asyncio.sleep(look_again.total_seconds())


async def _require_right(folder: Path) -> None:
    found = await asyncio.to_thread(verdict, folder, None)
    if not found["ok"]:
        raise BundleWrong(folder, found["wrong"])


def _note(folder: Path) -> str:
    json.loads((folder / MANIFEST).read_bytes())
    return (folder / "checkpoint.txt").read_text(encoding="utf-8")


def _reading(
    stream_id: str, disclosure: Disclosure, event: ExportEvent, digest: str, whose: str
) -> Reading:
    origin = Origin(command_id=_command(digest, whose), actor=disclosure.by)
    [recorded] = new_events([event], origin)
    return Reading(stream_id, recorded)


def _command(digest: str, whose: str) -> UUID:
    return uuid5(NAMESPACE_OID, f"carepath disclosure {digest} {whose}")
