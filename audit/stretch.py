"""A stretch of the log compared with its tiles of leaves: the work of one process.

It reads the rows as they are today, computes their leaves, and returns what does not fit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

import asyncpg

from eventstore.connect import Connection
from eventstore.seal.leaf import Row, read_rows
from eventstore.seal.merkle import HASH_BYTES
from eventstore.seal.sql import query
from eventstore.seal.tiles import FULL, WIDTH, split, tile_hash
from eventstore.seal.tree import SEQ_BYTES, Sealed, numbers

PAGE = 16
"""Tiles read at once: some thousand rows."""

StoredTile = asyncpg.Record | Mapping[str, Any]
"""A tile of leaves as it is stored: its columns by their names."""

NO_HASH = bytes(HASH_BYTES)
"""Stands for the hash of rows that do not fill a tile."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The rows that belong to a tile of leaves: `after < seq <= up_to`; it holds `width` hashes."""

    number: int
    after: int
    up_to: int
    width: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf: the seq of its event and its hash."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class BadTile:
    """A tile that does not fit its rows: what was sealed, and what is there."""

    bounds: Bounds
    sealed: tuple[Leaf, ...]
    present: tuple[Leaf, ...]

    @property
    def sealed_hashes(self) -> bytes:
        return b"".join(leaf.hash for leaf in self.sealed)

    @property
    def present_hashes(self) -> bytes:
        return b"".join(leaf.hash or NO_HASH for leaf in self.present)


@dataclass(slots=True)
class Compared:
    """What a stretch came to.

    Leaves that were sealed, rows that were read, tiles that do not fit, and for each full tile, in
    order, the hash of today's rows.
    """

    first: int
    leaves: int
    rows: int = 0
    bad: list[BadTile] = field(default_factory=list)
    tile_hashes: list[bytes] = field(default_factory=list)


async def bounds_of(connection: Connection, first: int, upto: Sealed) -> list[Bounds]:
    """Which rows belong to which tile: from tile `first` to a checkpoint, and none left out.

    From the first of all, if the tile is gone behind which `first` begins.
    """
    last = (upto.size - 1) // WIDTH
    rows = await connection.fetch(query("leaf_tiles"), max(first - 1, 0), last)
    known = {row["index"]: row for row in rows}
    if first and first - 1 not in known:
        return await bounds_of(connection, 0, upto)
    after = known[first - 1]["last_seq"] if first else 0
    bounds = []
    for number in range(first, last + 1):
        up_to = _up_to(number, last, known, upto)
        up_to = max(after, min(up_to, upto.last_seq))
        bounds.append(Bounds(number, after, up_to, min(WIDTH, upto.size - number * WIDTH)))
        after = up_to
    return bounds


def _up_to(number: int, last: int, known: dict[int, asyncpg.Record], upto: Sealed) -> int:
    if number == last:
        return upto.last_seq
    if number in known:
        return int(known[number]["last_seq"])
    return int(known[number + 1]["first_seq"]) - 1 if number + 1 in known else upto.last_seq


async def compare(dsn: str, stretch: Sequence[Bounds]) -> Compared:
    """Compare neighbouring tiles with the rows of today."""
    compared = Compared(stretch[0].number, sum(bounds.width for bounds in stretch))
    connection = await asyncpg.connect(dsn)
    try:
        for begin in range(0, len(stretch), PAGE):
            await _compare_page(connection, stretch[begin : begin + PAGE], compared)
    finally:
        await connection.close()
    return compared


async def _compare_page(connection: Connection, page: Sequence[Bounds], compared: Compared) -> None:
    first, last = page[0], page[-1]
    tiles = {
        row["index"]: row
        for row in await connection.fetch(
            query("tiles"), [0] * len(page), [bounds.number for bounds in page]
        )
    }
    rows = await read_rows(connection, first.after, last.up_to)
    compared.rows += len(rows)
    for bounds, own in zip(page, _shared_out(rows, page), strict=True):
        compare_tile(bounds, tiles.get(bounds.number), own, compared)


def _shared_out(rows: Sequence[Row], page: Sequence[Bounds]) -> Iterator[Sequence[Row]]:
    """The rows of each tile of the page."""
    begin = 0
    for bounds in page:
        end = begin
        while end < len(rows) and rows[end].seq <= bounds.up_to:
            end += 1
        yield rows[begin:end]
        begin = end


def compare_tile(
    bounds: Bounds, tile: StoredTile | None, rows: Sequence[Row], compared: Compared
) -> None:
    """Compare one stored tile with the rows of today, and note in `compared` what does not fit."""
    found = [row.hash for row in rows]
    hashes = b"".join(found)
    sealed = tile["hashes"][: bounds.width * HASH_BYTES] if tile else b""
    seqs = numbers(tile["seqs"])[: bounds.width] if tile else []
    as_sealed = hashes == sealed and seqs == [row.seq for row in rows]
    if not as_sealed or tile is None or not _agrees_with_itself(tile):
        compared.bad.append(
            BadTile(
                bounds,
                _sealed_leaves(seqs, split(sealed), rows),
                tuple(Leaf(row.seq, one) for row, one in zip(rows, found, strict=True)),
            )
        )
    if bounds.width == WIDTH:
        compared.tile_hashes.append(tile_hash(hashes) if len(hashes) == FULL else NO_HASH)


def _agrees_with_itself(tile: StoredTile) -> bool:
    """A seq for each hash, and the columns that name the first and the last of them."""
    hashes, seqs = len(tile["hashes"]) // HASH_BYTES, tile["seqs"]
    if len(seqs) != hashes * SEQ_BYTES:
        return False
    all_seqs = numbers(seqs)
    return (tile["first_seq"], tile["last_seq"]) == (all_seqs[0], all_seqs[-1])


def _sealed_leaves(
    seqs: Sequence[int], hashes: Sequence[bytes], rows: Sequence[Row]
) -> tuple[Leaf, ...]:
    """What a tile holds. A row that has a leaf's hash has its seq too, whatever the tile says.

    Where the tile says nothing and no row has the hash, the row in the leaf's place lends its seq.
    """
    known = {row.hash: row.seq for row in rows}
    said = chain(seqs, (row.seq for row in rows[len(seqs) :]), repeat(0))
    return tuple(Leaf(known.get(one, seq), one) for one, seq in zip(hashes, said, strict=False))
