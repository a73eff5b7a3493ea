"""Letting the log of today be the right one, though its own anchor says otherwise.

After a backup was restored, the anchor's file holds checkpoints of what was lost. Somebody decides
that the loss is known; the file is set aside, whole, for whoever asks later, and sealing goes on.
If the key that signs now came into force in what was lost, it does so again, from where the log is.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eventstore.connect import Connection, Pool
from eventstore.errors import store_errors
from eventstore.seal.anchors import FILE, FileAnchor, checkpoint_in
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.errors import AnchorAhead, AnchorForked, AnchorUnreadable
from eventstore.seal.keyring import PUBLIC, KeyInForce, begin_epoch, read_ring
from eventstore.seal.same_log import agrees, require_same_log
from eventstore.seal.sql import query
from eventstore.seal.tree import Sealed, latest, sizes_among


@dataclass(frozen=True, slots=True)
class Accepted:
    """Where the anchor's old file is, how many of its lines the next one keeps, the log's size.

    `epoch` is the line that the file of public keys has got, if it had to: verifiers need it.
    """

    set_aside: Path
    kept: int
    left_out: int
    size: int
    epoch: KeyInForce | None = None


async def accept_log(pool: Pool, keys: Path, path: Path) -> Accepted | None:
    """Set aside an anchor's file that contradicts the log; None if it does not.

    The next file begins with the checkpoints that agree and are still there, and the last one of
    today. Under the seal's lock. Raises `OSError`, `StoreUnavailable`, `KeyRingMissing`.
    """
    ring = read_ring(keys / PUBLIC)
    with store_errors():
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(query("lock_seal"))
            try:
                await require_same_log(connection, ring, path)
            except (AnchorAhead, AnchorForked, AnchorUnreadable):
                return await _begin_anew(connection, keys, path)
    return None


async def _begin_anew(connection: Connection, keys: Path, path: Path) -> Accepted:
    sealed = await latest(connection)
    size = sealed.size if sealed else 0
    epoch = await asyncio.to_thread(begin_epoch, keys, size + 1)
    lines = await asyncio.to_thread(_lines, path)
    read = [(line, found[1]) for line in lines if (found := checkpoint_in(line))]
    agreed = await _agreed_size(connection, [one for _, one in read], sealed)
    there = await sizes_among(connection, (one.size for _, one in read if one.size <= agreed))
    kept = [line for line, one in read if one.size in there]
    aside = await asyncio.to_thread(_set_aside, path, kept)
    if sealed:
        if sealed.size not in there:
            await FileAnchor(path).publish(sealed)
        await connection.execute(query("note_anchoring"), FILE, sealed.size, None)
    return Accepted(aside, len(kept), len(lines) - len(kept), size, epoch)


async def _agreed_size(
    connection: Connection, anchored: Sequence[Checkpoint], sealed: Sealed | None
) -> int:
    """The largest anchored size at which the log still is what it was: all below it agree too."""
    within = sorted(
        (one for one in anchored if sealed and one.size <= sealed.size), key=lambda one: one.size
    )
    low, high = 0, len(within)
    while low < high:
        middle = (low + high) // 2
        if await agrees(connection, within[middle]):
            low = middle + 1
        else:
            high = middle
    return within[low - 1].size if low else 0


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def _set_aside(path: Path, kept: Sequence[str]) -> Path:
    """Keep the file under another name, and put one with these lines in its place."""
    aside = path.with_name(f"{path.stem}.until-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}{path.suffix}")
    draft = path.with_name(f".{path.name}.next")
    draft.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    os.link(path, aside)
    draft.replace(path)
    return aside
