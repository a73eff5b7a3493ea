"""Whatever was done to rows or tiles is told; no event is accused of what was done to a tile."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.findings import Finding
from audit.shifted import in_their_tiles
from audit.stretch import BadTile, Bounds, Compared, compare_tile
from audit.two_trees import Trees, Verdict, judged
from eventstore.seal.leaf import Row
from eventstore.seal.merkle import root
from eventstore.seal.tiles import WIDTH, Place, grow, reader
from eventstore.seal.tree import as_bytes

SIZE = 2 * WIDTH + 7
Rows = list[Row]
Tile = dict[str, Any]
DoneToRows = list[tuple[Callable[[Rows, int], Rows], int]]
DoneToTiles = list[tuple[Callable[[Tile], Tile], int]]


def a_row(seq: int, content: str = "") -> Row:
    return Row(seq, f"{seq} {content}".encode())


SEALED = [a_row(seq) for seq in range(1, SIZE + 1)]
HASHES = grow(0, {}, [row.hash for row in SEALED]).tiles
ROOT = root(SIZE, reader(HASHES))


def changed(rows: Rows, seq: int) -> Rows:
    return [a_row(seq, "forged") if row.seq == seq else row for row in rows]


def removed(rows: Rows, seq: int) -> Rows:
    return [row for row in rows if row.seq != seq]


def forged_beside(rows: Rows, seq: int) -> Rows:
    return sorted([*rows, a_row(seq, "beside")], key=lambda row: row.seq)


def copied(rows: Rows, seq: int) -> Rows:
    return sorted([*rows, a_row(seq)], key=lambda row: row.seq)


def gone(_tile: Tile) -> Tile:
    return {}


def with_another_hash(tile: Tile) -> Tile:
    return tile | {"hashes": bytes(32) + tile["hashes"][32:]}


def without_seqs(tile: Tile) -> Tile:
    return tile | {"seqs": b""}


def with_seqs_cut(tile: Tile) -> Tile:
    return tile | {"seqs": tile["seqs"][:20]}


def with_two_exchanged(tile: Tile) -> Tile:
    hashes, seqs = tile["hashes"], tile["seqs"]
    return tile | {
        "hashes": hashes[32:64] + hashes[:32] + hashes[64:],
        "seqs": seqs[8:16] + seqs[:8] + seqs[16:],
    }


def with_another_first_seq(tile: Tile) -> Tile:
    return tile | {"first_seq": tile["first_seq"] + 5}


def with_another_last_seq(tile: Tile) -> Tile:
    return tile | {"last_seq": tile["last_seq"] - 5}


TO_A_ROW = (changed, removed, forged_beside, copied)
TO_A_TILE = (
    gone,
    with_another_hash,
    without_seqs,
    with_seqs_cut,
    with_two_exchanged,
    with_another_first_seq,
    with_another_last_seq,
)
NUMBERS = range(-(-SIZE // WIDTH))
SEQS = st.integers(1, SIZE)
ROWS = st.lists(st.tuples(st.sampled_from(TO_A_ROW), SEQS), max_size=3)
TILES = st.lists(st.tuples(st.sampled_from(TO_A_TILE), st.sampled_from(NUMBERS)), max_size=3)


def a_tile(number: int) -> Tile:
    seqs = [row.seq for row in SEALED[number * WIDTH : (number + 1) * WIDTH]]
    hashes = HASHES[Place(0, number)]
    return {"hashes": hashes, "seqs": as_bytes(seqs), "first_seq": seqs[0], "last_seq": seqs[-1]}


def after(to_rows: DoneToRows, to_tiles: DoneToTiles) -> tuple[Trees, Verdict]:
    """What is judged of a log to whose rows and tiles this was done, one after the other."""
    rows, tiles = SEALED, {number: a_tile(number) for number in NUMBERS}
    for do, seq in to_rows:
        rows = do(rows, seq)
    for alter, number in to_tiles:
        tiles[number] = tiles[number] and alter(tiles[number])
    compared = Compared(0, SIZE)
    bounds = bounds_by(tiles)
    for one in bounds:
        own = [row for row in rows if one.after < row.seq <= one.up_to]
        compare_tile(one, tiles[one.number] or None, own, compared)
    upper = {place: made for place, made in HASHES.items() if place.level}
    bad = {one.bounds.number: one for one in compared.bad}
    trees = in_their_tiles(Trees(SIZE, upper, bounds, compared.tile_hashes, bad))
    leaves = {Place(0, number): tile["hashes"] for number, tile in tiles.items() if tile}
    return trees, judged(trees, upper | leaves, ROOT)


def bounds_by(tiles: dict[int, Tile]) -> list[Bounds]:
    ends = [tiles[number].get("last_seq", (number + 1) * WIDTH) for number in NUMBERS[:-1]]
    borders = pairwise([0, *ends, SIZE])
    return [
        Bounds(number, after, up_to, min(WIDTH, SIZE - number * WIDTH))
        for number, (after, up_to) in enumerate(borders)
    ]


def is_told(bad: BadTile, verdict: Verdict) -> bool:
    return any(_about(one, bad.bounds) for one in verdict.findings) or bool(
        verdict.rows.leaves.intersection((*bad.sealed, *bad.present))
    )


def _about(finding: Finding, bounds: Bounds) -> bool:
    first = finding.seq if finding.from_seq is None else finding.from_seq
    last = finding.seq if finding.to_seq is None else finding.to_seq
    return (first or 0) <= bounds.up_to and bounds.after < (last or 0)


@pytest.mark.parametrize("do", TO_A_ROW)
@pytest.mark.parametrize("seq", [1, 256, 257, SIZE])
def test_what_was_done_to_a_row_is_told_of_it(do: Callable[[Rows, int], Rows], seq: int) -> None:
    _, verdict = after([(do, seq)], [])
    assert ({leaf.seq for leaf in verdict.rows.leaves}, verdict.findings) == ({seq}, [])


@pytest.mark.parametrize("alter", TO_A_TILE)
@pytest.mark.parametrize("number", NUMBERS)
def test_what_was_done_to_a_tile_is_told_of_it(alter: Callable[[Tile], Tile], number: int) -> None:
    trees, verdict = after([], [(alter, number)])
    assert verdict.findings != []
    assert number in trees.bad


@settings(deadline=None)
@given(ROWS, TILES)
def test_no_tile_that_does_not_fit_is_passed_over(
    to_rows: DoneToRows,
    to_tiles: DoneToTiles,
) -> None:
    trees, verdict = after(to_rows, to_tiles)
    assert all(is_told(one, verdict) for one in trees.bad.values())


@settings(deadline=None)
@given(TILES)
def test_where_only_tiles_were_altered_no_event_is_accused(
    to_tiles: DoneToTiles,
) -> None:
    _, verdict = after([], to_tiles)
    assert verdict.rows.leaves == set()
    assert {one.kind for one in verdict.findings} <= {"tile_altered"}


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("seq", [40, 300, 515])
def test_an_event_forged_beside_a_sealed_one_is_extra_though_a_tile_is_altered(
    seq: int, number: int
) -> None:
    _, verdict = after([(forged_beside, seq)], [(with_another_first_seq, number)])
    assert [one.seq for one in verdict.rows.extra] == [seq]
    assert (verdict.rows.changed, verdict.rows.missing) == ([], [])
