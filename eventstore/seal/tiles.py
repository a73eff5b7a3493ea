"""Tiles: the tree's hashes in rows of 256, as C2SP tlog-tiles lays them out.

Tile `n` of level `l` holds the hashes of 256 neighbouring perfect subtrees of height `8 * l`.
A tile grows to the right until it is full, and never changes otherwise: so one set of tiles
gives the root of every size that the tree ever had.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eventstore.seal.errors import TilesMissing
from eventstore.seal.merkle import HASH_BYTES, HashOf, Node, perfect_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
FULL = WIDTH * HASH_BYTES


class Place(NamedTuple):
    """Where a tile stands: its level, from 0 for the leaves, and its number in it."""

    level: int
    number: int


Tiles = Mapping[Place, bytes]
"""Tiles by their place: up to 256 hashes of 32 bytes, one after the other."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What new leaves make of a tree: its new size, and every tile that changed, whole."""

    size: int
    tiles: dict[Place, bytes]


def place_of(node: Node) -> Place:
    """The tile that the hash of a perfect subtree is read or computed from."""
    level, rest = divmod(node.height, HEIGHT)
    return Place(level, node.number << rest >> HEIGHT)


def places_of(nodes: Iterable[Node]) -> list[Place]:
    """The tiles for all these nodes, each once, in order."""
    return sorted({place_of(node) for node in nodes})


def reader(tiles: Tiles) -> HashOf:
    """Looks hashes of perfect subtrees up in tiles; it raises `TilesMissing`."""

    def hash_of(node: Node) -> bytes:
        place = place_of(node)
        rest = node.height % HEIGHT
        begin = (node.number << rest) % WIDTH
        hashes = tiles.get(place, b"")
        if len(hashes) < (begin + (1 << rest)) * HASH_BYTES:
            raise TilesMissing(*place)
        return perfect_hash(split(hashes, begin, begin + (1 << rest)))

    return hash_of


def frontier(size: int) -> list[Place]:
    """The tiles of a tree of this size that are not full: those that new leaves will change."""
    places, level = [], 0
    while size >> (HEIGHT * level):
        width = size >> (HEIGHT * level)
        if width % WIDTH:
            places.append(Place(level, width >> HEIGHT))
        level += 1
    return places


def grow(size: int, edge: Tiles, leaves: Sequence[bytes]) -> Growth:
    """Add leaves, given by their hashes, to a tree of `size` whose frontier is `edge`."""
    changed: dict[Place, bytes] = {}
    added, level = list(leaves), 0
    while added:
        begin = size >> (HEIGHT * level)
        full = _fill(Place(level, begin >> HEIGHT), begin % WIDTH, edge, added, changed)
        added, level = full, level + 1
    return Growth(size + len(leaves), changed)


def split(hashes: bytes, begin: int = 0, end: int | None = None) -> list[bytes]:
    """The single hashes of a tile, from the one at `begin` up to, not including, `end`."""
    stop = len(hashes) if end is None else end * HASH_BYTES
    return [hashes[at : at + HASH_BYTES] for at in range(begin * HASH_BYTES, stop, HASH_BYTES)]


def tile_hash(hashes: bytes) -> bytes:
    """The hash of a full tile, as it stands in the level above."""
    return perfect_hash(split(hashes))


def _fill(
    first: Place, width: int, edge: Tiles, added: Sequence[bytes], changed: dict[Place, bytes]
) -> list[bytes]:
    """Put hashes into a level from its first open tile on; return the hashes of those now full."""
    before = edge.get(first, b"")[: width * HASH_BYTES]
    if len(before) != width * HASH_BYTES:
        raise TilesMissing(*first)
    row = before + b"".join(added)
    full = []
    for place, at in enumerate(range(0, len(row), FULL), start=first.number):
        hashes = row[at : at + FULL]
        changed[Place(first.level, place)] = hashes
        if len(hashes) == FULL:
            full.append(tile_hash(hashes))
    return full
