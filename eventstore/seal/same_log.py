"""Is this still the log that was anchored? Asked before each round of sealing.

A database that was restored from an old backup, or whose end somebody cut off, is smaller than
what its own anchor holds; one that was rewritten has other roots. To seal on would make a second
history under the log's own keys, so nothing is sealed until somebody has decided which is right.
"""

import asyncio
import os
from pathlib import Path

import structlog

from eventstore.connect import Connection
from eventstore.seal.anchors import checkpoint_in
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.errors import AnchorAhead, AnchorForked, AnchorUnreadable, SealError
from eventstore.seal.keyring import KeyRing
from eventstore.seal.merkle import Span
from eventstore.seal.tree import latest, read_hashes

log = structlog.get_logger(__name__)

TAIL = 1 << 16
"""Bytes at the end of the file that are looked at first: more than a hundred checkpoints."""


async def require_same_log(connection: Connection, ring: KeyRing, path: Path) -> None:
    """Refuse a log that does not continue what its anchor holds.

    The largest checkpoint in the file stands for all: its root commits to everything before it.
    Without a file there is nothing to contradict. Raises `AnchorAhead`, `AnchorForked`,
    `AnchorUnreadable`, `TilesMissing`, `StoreUnavailable`.
    """
    anchored = await asyncio.to_thread(newest_in, path, ring)
    if anchored is None:
        return
    sealed = await latest(connection)
    size = sealed.size if sealed else 0
    if anchored.size > size:
        raise AnchorAhead(path, anchored.size, size)
    if not await agrees(connection, anchored):
        raise AnchorForked(path, anchored.size)


def newest_in(path: Path, ring: KeyRing) -> Checkpoint | None:
    """The largest checkpoint at the end of an anchor's file; None if there is none to be read.

    A file that cannot be opened holds up nothing, as an anchor that does not answer. Raises
    `AnchorUnreadable` if no line of it is a note, or the largest is not signed by the log.
    """
    try:
        found = _last_in(path)
    except FileNotFoundError:
        return None
    except OSError as failed:
        log.warning("anchor_not_read", why=type(failed).__name__)
        return None
    if not found:
        return None
    note, _ = max(found, key=lambda one: one[1].size)
    try:
        return ring.recognise(note)
    except SealError as refused:
        raise AnchorUnreadable(path, str(refused)) from refused


async def agrees(connection: Connection, anchored: Checkpoint) -> bool:
    """The log has this root at this size, which it has reached. Raises `TilesMissing`."""
    [root] = await read_hashes(connection, [Span(0, anchored.size)])
    return root == anchored.root


def _last_in(path: Path) -> list[tuple[str, Checkpoint]]:
    """The notes at the end of the file, read from twice as far back while there is none.

    None at all if the file is empty. Raises `AnchorUnreadable`, `OSError`.
    """
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        length = TAIL
        while True:
            file.seek(max(0, end - length))
            tail = file.read().decode(errors="replace")
            found = [one for one in map(checkpoint_in, tail.splitlines()) if one]
            if not found and length < end:
                length *= 2
            elif not found and tail.strip():
                raise AnchorUnreadable(path, "there is no checkpoint in it")
            else:
                return found
