"""Two trees over one log: the one that is stored in tiles, and the one that today's rows make.

Where they differ, the signed root says which is right: tiles that do not fit are altered, or rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.findings import Finding
from audit.rows import Differences, differences
from audit.stretch import BadTile, Bounds
from eventstore.seal.errors import TilesMissing
from eventstore.seal.merkle import HASH_BYTES, Span
from eventstore.seal.tiles import FULL, WIDTH, Place, Tiles, split, tile_hash
from eventstore.seal.tree import hashes


@dataclass(frozen=True, slots=True)
class Trees:
    """The stored tree's upper tiles, and for each compared tile of leaves the hash of its rows."""

    size: int
    stored: dict[Place, bytes]
    bounds: Sequence[Bounds]
    row_hashes: Sequence[bytes]
    bad: dict[int, BadTile]

    @property
    def upper_from_rows(self) -> dict[Place, bytes]:
        """The upper tiles as today's rows make them; what was not compared is taken as stored."""
        entries = split(b"".join(self._stored_row(1)))
        first = self.bounds[0].number if self.bounds else 0
        entries[first:] = self.row_hashes
        made: dict[Place, bytes] = {}
        level = 1
        while entries:
            for number, at in enumerate(range(0, len(entries), WIDTH)):
                made[Place(level, number)] = b"".join(entries[at : at + WIDTH])
            entries = [
                tile_hash(made[Place(level, number)]) for number in range(len(entries) // WIDTH)
            ]
            level += 1
        return made

    def length(self, number: int) -> int:
        """Bytes in a tile of leaves: rows that make more, or fewer, are not those that it holds."""
        return min(WIDTH, self.size - number * WIDTH) * HASH_BYTES

    def _stored_row(self, level: int) -> Iterable[bytes]:
        number = 0
        while tile := self.stored.get(Place(level, number)):
            yield tile
            number += 1


def root_of(tiles: Tiles, size: int) -> bytes | None:
    """The root of that size, or None if tiles are missing."""
    try:
        [found] = hashes(tiles, [Span(0, size)])
    except TilesMissing:
        return None
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """Rows that are wrong, what else was found, and tiles as they were before they were altered."""

    rows: Differences
    findings: list[Finding]
    repaired: dict[Place, bytes]


def judged(trees: Trees, tiles: Tiles, root_hash: bytes) -> Verdict:
    """Who is wrong, by the root that was signed; `tiles` are the stored ones it is made of."""
    last = trees.bounds[-1].number if trees.bounds else 0
    rows = {Place(0, one.bounds.number): one.present_hashes for one in trees.bad.values()}
    rows = {place: made for place, made in rows.items() if len(made) == trees.length(place.number)}
    open_leaves = {place: made for place, made in rows.items() if place.number == last}
    upper = trees.upper_from_rows
    if root_of(tiles, trees.size) == root_hash:
        return _tiles_are_right(trees, {})
    if root_of({**tiles, **upper, **rows}, trees.size) == root_hash:
        findings = [*map(_altered_leaves, trees.bad.values()), *_altered_upper(trees)]
        return Verdict(differences(()), findings, {**upper, **rows})
    if root_of({**tiles, **open_leaves}, trees.size) == root_hash:
        return _tiles_are_right(trees, open_leaves)
    return _without_shifted(list(trees.bad.values()), [], {})


def _tiles_are_right(trees: Trees, open_leaves: dict[Place, bytes]) -> Verdict:
    """The stored tiles have the signed root; below the topmost, tiles may be altered all the same.

    `open_leaves` is the last tile of leaves, not yet full, if that one had to be put right.
    """
    upper, findings = _sound_upper(trees)
    repaired = {**upper, **open_leaves}
    wrong_rows: list[BadTile] = []
    for bounds, row_hash in zip(trees.bounds, trees.row_hashes, strict=False):
        place, parent = Place(0, bounds.number), _parent(upper, bounds.number)
        bad = trees.bad.get(bounds.number)
        if row_hash == parent:
            if bad:
                findings.append(_altered_leaves(bad))
                repaired[place] = bad.present_hashes
        elif bad and _is_full(bad) and tile_hash(bad.sealed_hashes) == parent:
            wrong_rows.append(bad)
        else:
            findings.append(_rewritten(bounds))
    last = trees.bounds[-1] if trees.bounds else None
    if last and last.width < WIDTH and last.number in trees.bad:
        bad = trees.bad[last.number]
        if open_leaves:
            findings.append(_altered_leaves(bad))
        else:
            wrong_rows.append(bad)
    return _without_shifted(wrong_rows, findings, repaired)


def _sound_upper(trees: Trees) -> tuple[dict[Place, bytes], list[Finding]]:
    """The upper tiles, each put right from today's rows if only that fits the level above."""
    sound, findings, made = dict(trees.stored), [], trees.upper_from_rows
    for place in sorted(trees.stored, reverse=True):
        parent = _entry(sound, Place(place.level + 1, place.number // WIDTH), place.number)
        stored = sound[place]
        if not parent or len(stored) != FULL or tile_hash(stored) == parent:
            continue
        if len(made.get(place, b"")) == FULL and tile_hash(made[place]) == parent:
            sound[place] = made[place]
            findings.append(_altered(trees, place))
    return sound, findings


def _without_shifted(
    bad: list[BadTile], findings: list[Finding], repaired: dict[Place, bytes]
) -> Verdict:
    """A leaf that is missing in one tile and found in the next was not touched: its tile was.

    Nor was one whose number alone is another in its tile. So no bad tile is passed over: one
    without a leaf that differs is altered itself.
    """
    rows = differences(bad)
    differing = rows.leaves
    altered = [tile for tile in bad if differing.isdisjoint((*tile.sealed, *tile.present))]
    return Verdict(rows, [*findings, *map(_altered_leaves, altered)], repaired)


def _is_full(bad: BadTile) -> bool:
    return len(bad.sealed_hashes) == FULL


def _parent(stored: Tiles, number: int) -> bytes:
    """The hash that stands for a full tile of leaves in the level above."""
    return _entry(stored, Place(1, number // WIDTH), number)


def _entry(stored: Tiles, place: Place, child: int) -> bytes:
    begin = child % WIDTH * HASH_BYTES
    return stored.get(place, b"")[begin : begin + HASH_BYTES]


def _altered_leaves(bad: BadTile) -> Finding:
    first, last = _range(bad)
    number = bad.bounds.number
    return Finding.at(
        "tile_altered",
        first,
        last,
        f"tile {number} of the leaves is altered or gone; its events are as sealed",
    )


def _altered_upper(trees: Trees) -> list[Finding]:
    return [
        _altered(trees, place)
        for place, tile in trees.upper_from_rows.items()
        if trees.stored.get(place, b"")[: len(tile)] != tile
    ]


def _altered(trees: Trees, place: Place) -> Finding:
    return Finding(
        kind="tile_altered",
        message=f"tile {place.number} of level {place.level} is altered or gone; "
        "the events below it are as sealed",
        **_below(trees, place),
    )


def _below(trees: Trees, place: Place) -> dict[str, int]:
    """The seqs below an upper tile, as far as they were compared."""
    width = WIDTH**place.level
    inside = [
        bounds
        for bounds in trees.bounds
        if place.number * width <= bounds.number < (place.number + 1) * width
    ]
    return {"from_seq": inside[0].after + 1, "to_seq": inside[-1].up_to} if inside else {}


def _rewritten(bounds: Bounds) -> Finding:
    return Finding.at(
        "rewritten",
        bounds.after + 1,
        bounds.up_to,
        f"events {bounds.after + 1} to {bounds.up_to} and their tile were both rewritten",
    )


def _range(bad: BadTile) -> tuple[int, int]:
    return bad.bounds.after + 1, max(bad.bounds.after + 1, bad.bounds.up_to)
