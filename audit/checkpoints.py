"""Checkpoints verified: each is signed by the key in force at its size, and repeats itself rightly.

Whether its root is the tree's is computed here from the stored tiles; who is wrong if it is not,
the tiles or the events, is decided elsewhere.
"""

import asyncio
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

import asyncpg

from audit.asked import Asked, Progress
from audit.findings import Finding, Kind
from eventstore.connect import Connection, fetch_one
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.errors import (
    KeyNotInForce,
    KeyUnknown,
    NoteMalformed,
    SealError,
    SignatureWrong,
    TilesMissing,
)
from eventstore.seal.keyring import KeyRing
from eventstore.seal.last_event import last_seq_of
from eventstore.seal.merkle import HashOf, Span, nodes_needed, root
from eventstore.seal.sql import query
from eventstore.seal.tiles import WIDTH, places_of, reader
from eventstore.seal.tree import Sealed, between, numbers, read_seqs, read_tiles

BATCH = 256
"""Checkpoints that are read at once."""

A_TASK = 16 * BATCH
"""Checkpoints that one task verifies: half a second of work."""

_KINDS: dict[type[SealError], Kind] = {
    NoteMalformed: "checkpoint_malformed",
    SignatureWrong: "checkpoint_signature",
    KeyUnknown: "checkpoint_key",
    KeyNotInForce: "checkpoint_key",
}


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint as it was signed, and the seq of the last event in it."""

    size: int
    last_seq: int
    root: bytes


@dataclass(slots=True)
class Checked:
    """So many checkpoints: those that fit the stored tiles, those that do not, and findings."""

    checkpoints: int = 0
    fitting: list[Signed] = field(default_factory=list)
    other_root: list[Signed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def take(self, part: "Checked") -> None:
        """Add what another task found."""
        self.checkpoints += part.checkpoints
        self.fitting += part.fitting
        self.other_root += part.other_root
        self.findings += part.findings


@dataclass(frozen=True, slots=True)
class Parts:
    """How many checkpoints there are, and the sizes between which each part lies."""

    checkpoints: int
    edges: tuple[int, ...]


async def parts_of(connection: Connection, asked: Asked, up_to: int) -> Parts:
    """The checkpoints from that of the size `since` on, in parts of equal number."""
    after = max(asked.since - 1, 0)
    row = await fetch_one(connection, query("checkpoint_parts"), after, up_to, A_TASK)
    return Parts(row["checkpoints"], (after, *(row["edges"] or ()), up_to))


async def check_all(asked: Asked, parts: Parts, progress: Progress) -> Checked:
    """Verify every checkpoint of these parts."""
    tasks = [asked.share(check, asked.dsn, asked.ring, *part) for part in pairwise(parts.edges)]
    together = Checked()
    for task in asyncio.as_completed(tasks):
        part = await task
        together.take(part)
        progress.add(part.checkpoints)
    together.other_root.sort(key=lambda one: one.size)
    return together


async def check(dsn: str, ring: KeyRing, after: int, up_to: int) -> Checked:
    """Verify the checkpoints with `after < size <= up_to`."""
    connection = await asyncpg.connect(dsn)
    try:
        checked, size = Checked(), after
        while batch := await between(connection, size, up_to, BATCH):
            await _check_batch(connection, ring, batch, checked)
            checked.checkpoints += len(batch)
            size = batch[-1].size
    finally:
        await connection.close()
    return checked


def opened(ring: KeyRing, sealed: Sealed) -> tuple[Checkpoint | None, Finding | None]:
    """What was signed, if it was, and what is wrong with it or with the row that holds it."""
    try:
        checkpoint = ring.open(sealed.note)
    except SealError as refused:
        return None, Finding(
            kind=_KINDS.get(type(refused), "checkpoint_malformed"),
            seq=sealed.last_seq,
            message=f"the checkpoint of size {sealed.size}, up to seq {sealed.last_seq}: {refused}",
        )
    if (checkpoint.size, checkpoint.root) != (sealed.size, sealed.root):
        how = f"its note signs size {checkpoint.size} and another row"
        return checkpoint, _altered(sealed, sealed.last_seq, how)
    key_id = ring.in_force(checkpoint.size).key_id
    if key_id != sealed.key_id:
        how = f"its note is signed by key {key_id}, not by {sealed.key_id}"
        return checkpoint, _altered(sealed, sealed.last_seq, how)
    return checkpoint, None


async def _check_batch(
    connection: Connection, ring: KeyRing, batch: list[Sealed], checked: Checked
) -> None:
    spans = [Span(0, one.size) for one in batch]
    # Neighbours share nearly all their subtrees: remembering these halves the work.
    hash_of = cache(reader(await read_tiles(connection, places_of(nodes_needed(spans)))))
    seqs = {
        number: numbers(await read_seqs(connection, number))
        for number in sorted({(one.size - 1) // WIDTH for one in batch})
    }
    for sealed in batch:
        checkpoint, found = opened(ring, sealed)
        if found:
            checked.findings.append(found)
        if checkpoint is None or checkpoint.size != sealed.size:
            continue
        last = _last_seq(seqs[(sealed.size - 1) // WIDTH], sealed)
        if last != sealed.last_seq:
            last = await last_seq_of(connection, replace(sealed, root=checkpoint.root))
        if last != sealed.last_seq:
            checked.findings.append(_altered(sealed, last, f"its last event is {last}"))
        fits = _root_from(hash_of, checkpoint) == checkpoint.root
        signed = Signed(sealed.size, last, checkpoint.root)
        (checked.fitting if fits else checked.other_root).append(signed)


def _last_seq(seqs: list[int], sealed: Sealed) -> int:
    place = (sealed.size - 1) % WIDTH
    return seqs[place] if place < len(seqs) else sealed.last_seq


def _root_from(hash_of: HashOf, checkpoint: Checkpoint) -> bytes | None:
    try:
        return root(checkpoint.size, hash_of)
    except TilesMissing:
        return None


def _altered(sealed: Sealed, last_seq: int, how: str) -> Finding:
    return Finding(
        kind="checkpoint_altered",
        seq=last_seq,
        message=f"the row of the checkpoint of size {sealed.size} has been changed: {how}",
    )
