"""The sealed tree in the database: its checkpoints, its tiles, and the hashes that proofs need.

Everything reads as many tiles as the tree has levels of 256, and none twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from eventstore.connect import Connection
from eventstore.errors import store_errors
from eventstore.seal.errors import EventNotSealed, NotACheckpoint, NothingSealed
from eventstore.seal.merkle import Span, nodes_needed, span_hash
from eventstore.seal.sql import query
from eventstore.seal.tiles import WIDTH, Place, Tiles, places_of, reader

SEQ_BYTES = 8


@dataclass(frozen=True, slots=True)
class Sealed:
    """A stored checkpoint: the tree's size, the last event in it, and the signed note.

    What counts is the note; the columns beside it repeat it for queries.
    """

    size: int
    last_seq: int
    root: bytes
    note: str
    key_id: str
    created_at: datetime


async def latest(connection: Connection) -> Sealed | None:
    """The largest checkpoint, or None while nothing is sealed."""
    with store_errors():
        row = await connection.fetchrow(query("latest_checkpoint"))
    return Sealed(**row) if row else None


async def latest_or_refuse(connection: Connection) -> Sealed:
    """The largest checkpoint. Raises `NothingSealed`."""
    found = await latest(connection)
    if found is None:
        raise NothingSealed
    return found


async def at_size(connection: Connection, size: int) -> Sealed:
    """The checkpoint of this size. Raises `NotACheckpoint` with its neighbours."""
    with store_errors():
        row = await connection.fetchrow(query("checkpoint"), size)
        if row is None:
            near = await connection.fetchrow(query("nearest_checkpoints"), size)
            raise NotACheckpoint(size, **(near or {"before": None, "after": None}))
    return Sealed(**row)


async def sizes_among(connection: Connection, sizes: Iterable[int]) -> set[int]:
    """Of these sizes, those at which there is a checkpoint."""
    with store_errors():
        rows = await connection.fetch(query("checkpoints_among"), list(sizes))
    return {row["size"] for row in rows}


async def between(connection: Connection, after: int, up_to: int, limit: int) -> list[Sealed]:
    """At most `limit` checkpoints with `after < size <= up_to`, the smallest first."""
    with store_errors():
        rows = await connection.fetch(query("checkpoints_after"), after, up_to, limit)
    return [Sealed(**row) for row in rows]


async def read_tiles(connection: Connection, places: Iterable[Place]) -> dict[Place, bytes]:
    """The tiles that there are at these places: their hashes."""
    rows = await _tile_rows(connection, list(places))
    return {Place(row["level"], row["index"]): row["hashes"] for row in rows}


async def tiles_beyond(connection: Connection, limit: int) -> list[Place]:
    """At most `limit` tiles that hold more than the largest checkpoint has signed."""
    with store_errors():
        rows = await connection.fetch(query("tiles_beyond"), limit)
    return [Place(row["level"], row["index"]) for row in rows]


async def read_seqs(connection: Connection, index: int) -> bytes:
    """The seqs of a tile of leaves, 8 bytes each; empty if there is no such tile."""
    rows = await _tile_rows(connection, [Place(0, index)])
    return bytes(rows[0]["seqs"]) if rows else b""


async def seq_at(connection: Connection, index: int) -> int | None:
    """The seq of the leaf at this index, as its tile says; None if no tile holds it."""
    tile, place = divmod(index, WIDTH)
    seqs = numbers(await read_seqs(connection, tile))
    return seqs[place] if place < len(seqs) else None


async def read_hashes(connection: Connection, spans: Sequence[Span]) -> list[bytes]:
    """The hash of each span. Raises `TilesMissing`."""
    tiles = await read_tiles(connection, places_of(nodes_needed(spans)))
    return hashes(tiles, spans)


def hashes(tiles: Tiles, spans: Sequence[Span]) -> list[bytes]:
    """The hash of each span, from tiles at hand. Raises `TilesMissing`."""
    hash_of = reader(tiles)
    return [span_hash(span, hash_of) for span in spans]


async def index_of(connection: Connection, event: UUID | int) -> tuple[int, int]:
    """The seq of an event, given by its id or its seq, and its index in the tree.

    Raises `EventNotSealed`.
    """
    with store_errors():
        seq: int | None = (
            await connection.fetchval(query("seq_of_event"), event)
            if isinstance(event, UUID)
            else event
        )
        row = await connection.fetchrow(query("tile_of_seq"), seq)
    seqs = numbers(row["seqs"]) if row else []
    if row is None or seq is None or seq not in seqs:
        raise EventNotSealed(event)
    return seq, row["index"] * WIDTH + seqs.index(seq)


def numbers(seqs: bytes) -> list[int]:
    """The seqs of a tile, as numbers."""
    return [
        int.from_bytes(seqs[at : at + SEQ_BYTES], signed=True)
        for at in range(0, len(seqs), SEQ_BYTES)
    ]


def as_bytes(seqs: Iterable[int]) -> bytes:
    """Seqs as a tile keeps them."""
    return b"".join(seq.to_bytes(SEQ_BYTES, signed=True) for seq in seqs)


async def _tile_rows(connection: Connection, places: list[Place]) -> list[asyncpg.Record]:
    with store_errors():
        return await connection.fetch(
            query("tiles"), [place.level for place in places], [place.number for place in places]
        )
