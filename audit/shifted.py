"""Rows that were compared with a neighbour's tile, because the tile that bounds them is wrong.

Which rows belong to a tile is read from columns that nobody signs. Where neighbouring tiles do not
fit and their rows are together as many as were sealed, the rows are dealt out by number instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from audit.stretch import NO_HASH, BadTile, Bounds, Leaf
from audit.two_trees import Trees
from eventstore.seal.tiles import WIDTH, tile_hash


def in_their_tiles(trees: Trees) -> Trees:
    """The same two trees, with each row of neighbouring bad tiles in the tile of its number."""
    bounds, hashes, bad = list(trees.bounds), list(trees.row_hashes), dict(trees.bad)
    first = bounds[0].number if bounds else 0
    for run in _runs(trees):
        for tile in _dealt_out(run):
            number = tile.bounds.number
            bad[number], bounds[number - first] = tile, tile.bounds
            if tile.bounds.width == WIDTH:
                hashes[number - first] = _hash(tile.present)
    return replace(trees, bounds=bounds, row_hashes=hashes, bad=bad)


def _runs(trees: Trees) -> Iterator[list[BadTile]]:
    """Neighbouring bad tiles, as many as there are in a row."""
    run: list[BadTile] = []
    for number in sorted(trees.bad):
        if run and run[-1].bounds.number + 1 != number:
            yield run
            run = []
        run.append(trees.bad[number])
    if run:
        yield run


def _dealt_out(run: Sequence[BadTile]) -> Iterator[BadTile]:
    """The tiles of a run, each with as many rows as it has leaves; none if the number is wrong."""
    present = [leaf for tile in run for leaf in tile.present]
    if len(present) != sum(tile.bounds.width for tile in run):
        return
    begin, after = 0, run[0].bounds.after
    for tile in run:
        own = tuple(present[begin : begin + tile.bounds.width])
        up_to = run[-1].bounds.up_to if tile is run[-1] else own[-1].seq
        yield BadTile(Bounds(tile.bounds.number, after, up_to, len(own)), tile.sealed, own)
        begin, after = begin + len(own), up_to


def _hash(leaves: Sequence[Leaf]) -> bytes:
    return tile_hash(b"".join(leaf.hash for leaf in leaves)) if _readable(leaves) else NO_HASH


def _readable(leaves: Sequence[Leaf]) -> bool:
    return all(leaf.hash for leaf in leaves)
