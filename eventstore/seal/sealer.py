"""The sealer: puts settled events into the tree and signs what it has become.

Hashing happens outside any transaction. Writing takes the seal's lock, looks whether another sealer
was faster, signs, and commits tiles and checkpoint together: a crash leaves all of it or nothing.
The transaction gets its id only at the first insert, so the watermark waits for milliseconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import asyncpg
import structlog

from eventstore.connect import Connection, Pool
from eventstore.errors import StoreUnavailable, store_errors
from eventstore.seal import keyring
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.errors import SealBroken, SealError, SealingNotAllowed, TilesMissing
from eventstore.seal.last_event import require_last_event
from eventstore.seal.leaf import Row, read_rows
from eventstore.seal.merkle import Span, nodes_needed, root
from eventstore.seal.same_log import require_same_log
from eventstore.seal.sql import query
from eventstore.seal.tiles import WIDTH, Growth, Place, frontier, grow, places_of, reader
from eventstore.seal.tree import (
    SEQ_BYTES,
    Sealed,
    as_bytes,
    hashes,
    latest,
    read_seqs,
    read_tiles,
    tiles_beyond,
)
from eventstore.sql import query as log_query
from eventstore.waiting import wait_at_most

BATCH = 64 * WIDTH
"""Events that one checkpoint adds at most: some megabytes, and a tenth of a second."""

INTERVAL = timedelta(seconds=10)
LOOK_AGAIN = timedelta(seconds=30)
"""A seal that stands still is looked at again, for somebody may have repaired it."""

log = structlog.get_logger(__name__)

AfterRound = Callable[[Sealed | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Work:
    """What one round of sealing will write: the tree as it grows, and the seqs of its leaves."""

    growth: Growth
    root: bytes
    seqs: bytes
    first_leaf: int
    last_seq: int


async def seal_settled(pool: Pool, keys: Path) -> Sealed | None:
    """Seal everything that is settled now; the last checkpoint, or None if nothing was new.

    `keys` is the folder of the seal's keys. Raises `SealBroken`, `StoreUnavailable`.
    """
    done: Sealed | None = None
    while sealed := await seal_once(pool, keys):
        done = sealed
    return done


async def seal_once(pool: Pool, keys: Path, batch: int = BATCH) -> Sealed | None:
    """Seal at most `batch` settled events; None if there is none, or another sealer was faster.

    Raises `SealBroken` if the tree is not the one that was signed last, and `StoreUnavailable`.
    """
    ring = keyring.ensure_ring(keys)
    with store_errors():
        async with pool.acquire() as connection:
            before = await latest(connection)
            work = await _prepare(connection, ring, before, batch)
            if work is None:
                return None
            return await _write(connection, keys, before.size if before else 0, work)


async def rotate_key(pool: Pool, keys: Path, anchor: Path | None = None) -> keyring.KeyInForce:
    """Let a fresh key sign from the next checkpoint on.

    Under the seal's lock, so that no sealer signs meanwhile. Raises `StoreUnavailable`, and if the
    log is not the one in the file `anchor`, what `require_same_log` does.
    """
    ring = keyring.ensure_ring(keys)
    with store_errors():
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(query("lock_seal"))
            if anchor:
                await require_same_log(connection, ring, anchor)
            sealed = await latest(connection)
            return keyring.add_key(keys, sealed.size + 1 if sealed else 0)


async def run_sealer(
    pool: Pool,
    keys: Path,
    stop: asyncio.Event,
    after_round: AfterRound,
    *,
    interval: timedelta = INTERVAL,
    anchor: Path | None = None,
) -> None:
    """Seal every `interval` while there is something new, and once more when `stop` is set.

    `after_round` gets what a round sealed, or None, once the log is known to be the anchored one.
    While PostgreSQL is away it keeps trying. If the tree is broken, or the log is not the one in
    the file `anchor`, it signs nothing and says so.
    """
    trouble: str | None = None
    while True:
        last = stop.is_set()
        pause = interval
        try:
            await _require_anchored(pool, keys, anchor)
            sealed = await seal_settled(pool, keys)
            await after_round(sealed)
            trouble = None
        except (SealError, StoreUnavailable) as failed:
            if trouble != str(failed):
                log.error("sealing_stands_still", error=str(failed))  # noqa: TRY400 - said in a sentence
            trouble = str(failed)
            pause = LOOK_AGAIN if isinstance(failed, SealError) else interval
        if last:
            return
        await wait_at_most(stop, pause)


async def require_right_to_seal(pool: Pool) -> None:
    """Raise `SealingNotAllowed` unless this login may seal, and `StoreUnavailable`."""
    with store_errors():
        if not await pool.fetchval(query("may_seal")):
            raise SealingNotAllowed


async def _require_anchored(pool: Pool, keys: Path, anchor: Path | None) -> None:
    if anchor is None:
        return
    with store_errors():
        async with pool.acquire() as connection:
            await require_same_log(connection, keyring.ensure_ring(keys), anchor)


async def _prepare(
    connection: Connection, ring: keyring.KeyRing, before: Sealed | None, batch: int
) -> _Work | None:
    size, last_seq = (before.size, before.last_seq) if before else (0, 0)
    tiles = await _signed_edge(connection, ring, before)
    settled = await connection.fetchval(log_query("settled_seq"))
    if settled <= last_seq:
        return None
    rows = await read_rows(connection, last_seq, settled, batch)
    if not rows:
        return None
    _require_one_a_number(size, rows)
    first_leaf = size - size % WIDTH
    open_seqs = await _open_seqs(connection, size)
    growth = await asyncio.to_thread(grow_by_rows, size, tiles, rows)
    return _Work(
        growth=growth,
        root=root(growth.size, reader({**tiles, **growth.tiles})),
        seqs=open_seqs + as_bytes(row.seq for row in rows),
        first_leaf=first_leaf,
        last_seq=rows[-1].seq,
    )


def grow_by_rows(size: int, edge: dict[Place, bytes], rows: Sequence[Row]) -> Growth:
    """The tree with the leaves of these rows added."""
    return grow(size, edge, [_hash_or_refuse(size, row) for row in rows])


def _require_one_a_number(size: int, rows: Sequence[Row]) -> None:
    for row, following in pairwise(rows):
        if row.seq == following.seq:
            raise SealBroken(size, f"two events have the number {row.seq}")


def _hash_or_refuse(size: int, row: Row) -> bytes:
    if not row.leaf:
        raise SealBroken(size, f"event {row.seq} cannot be read")
    return row.hash


async def _signed_edge(
    connection: Connection, ring: keyring.KeyRing, before: Sealed | None
) -> dict[Place, bytes]:
    """The tiles along the tree's right edge, after making sure that they are what was signed.

    And nothing more, and that the event is the last in it behind which sealing will go on.
    """
    for beyond in await tiles_beyond(connection, 1):
        what = f"tile {beyond.number} of {beyond.level} holds more than was signed"
        raise SealBroken(before.size if before else 0, what)
    if before is None:
        return {}
    spans = [Span(0, before.size)]
    places = {*places_of(nodes_needed(spans)), *frontier(before.size)}
    tiles = await read_tiles(connection, places)
    try:
        signed = ring.open(before.note)
        [found] = hashes(tiles, spans)
    except TilesMissing as missing:
        raise SealBroken(before.size, f"tile {missing.index} of {missing.level} is gone") from None
    except SealError as refused:
        raise SealBroken(before.size, f"its own note is refused ({refused})") from refused
    if (signed.size, signed.root) != (before.size, found):
        raise SealBroken(before.size, "the tiles do not have the root that was signed")
    await require_last_event(connection, before)
    return tiles


async def _open_seqs(connection: Connection, size: int) -> bytes:
    """The seqs of the last tile of leaves as it was at this size; empty if that one was full."""
    leaves = size % WIDTH
    return (await read_seqs(connection, size // WIDTH))[: leaves * SEQ_BYTES] if leaves else b""


async def _write(connection: Connection, keys: Path, size: int, work: _Work) -> Sealed | None:
    async with connection.transaction():
        await connection.execute(query("lock_seal"))
        signer = await asyncio.to_thread(keyring.signer, keys, work.growth.size)
        checkpoint = Checkpoint(signer.name, work.growth.size, work.root)
        note = signer.sign(checkpoint.text)
        try:
            written = await connection.fetchval(
                query("seal"),
                size,
                work.growth.size,
                work.last_seq,
                work.root,
                note,
                signer.verifier.key_id,
                *_columns(work),
            )
        except asyncpg.InsufficientPrivilegeError as refused:
            raise SealBroken(size, str(refused)) from refused
        return await latest(connection) if written else None


def _columns(work: _Work) -> tuple[list[object], ...]:
    """The changed tiles as arrays: level, index, hashes, seqs, first seq, last seq."""
    rows = [
        (*place, tile, *_seqs_of(place, tile, work)) for place, tile in work.growth.tiles.items()
    ]
    return tuple([row[column] for row in rows] for column in range(6))


def _seqs_of(
    place: Place, tile: bytes, work: _Work
) -> tuple[bytes, int, int] | tuple[None, None, None]:
    if place.level:
        return None, None, None
    begin = (place.number * WIDTH - work.first_leaf) * 8
    seqs = work.seqs[begin : begin + len(tile) // 4]
    return seqs, int.from_bytes(seqs[:8], signed=True), int.from_bytes(seqs[-8:], signed=True)
