"""The tree grows by tiles, and its roots and proofs are those of the definition."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventstore.seal.errors import TilesMissing
from eventstore.seal.merkle import (
    EMPTY_ROOT,
    Span,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    node_hash,
    nodes_needed,
    root,
    span_hash,
    verify_consistency,
    verify_inclusion,
)
from eventstore.seal.tiles import Place, frontier, grow, places_of, reader

LEAVES = [leaf_hash(number.to_bytes(4)) for number in range(1100)]


def defined(leaves: Sequence[bytes]) -> bytes:
    """`MTH` as RFC 9162 section 2.1.1 writes it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(defined(leaves[:half]), defined(leaves[half:]))


def grown(*steps: int) -> dict[Place, bytes]:
    """The tiles of a tree that grew by these steps."""
    tiles: dict[Place, bytes] = {}
    size = 0
    for step in steps:
        edge = {place: tiles[place] for place in frontier(size)}
        growth = grow(size, edge, LEAVES[size : size + step])
        size, tiles = growth.size, {**tiles, **growth.tiles}
    return tiles


TREE = reader(grown(1100))


@given(st.lists(st.integers(1, 300), min_size=1, max_size=3))
def test_a_tree_is_the_same_however_it_grew(steps: list[int]) -> None:
    assert grown(*steps) == grown(sum(steps))


@given(st.integers(0, 1100))
def test_every_root_is_that_of_the_definition(size: int) -> None:
    assert root(size, TREE) == defined(LEAVES[:size])


@given(st.data())
def test_every_inclusion_proof_leads_to_the_root_and_to_no_other_leaf(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 1100))
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    proof = [span_hash(span, TREE) for span in inclusion_spans(index, size)]
    head = root(size, TREE)
    assert verify_inclusion(LEAVES[index], index, size, proof, head)
    assert verify_inclusion(LEAVES[other], index, size, proof, head) == (index == other)
    assert not verify_inclusion(LEAVES[index], index, size, [*proof, bytes(32)], head)


@given(st.data())
def test_every_consistency_proof_holds_and_for_no_other_root(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 1100))
    old = data.draw(st.integers(1, new))
    proof = [span_hash(span, TREE) for span in consistency_spans(old, new)]
    before, after = root(old, TREE), root(new, TREE)
    assert verify_consistency(old, new, before, after, proof)
    wrong = sha256(before).digest()
    assert not verify_consistency(old, new, wrong, after, proof)
    assert not verify_consistency(old, new, before, wrong, proof)
    assert not verify_consistency(old, new, before, after, [*proof, bytes(32)])


@pytest.mark.parametrize(("old", "new"), [(0, 1), (2, 1), (-1, 1)])
def test_a_tree_cannot_have_grown_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="cannot have grown"):
        consistency_spans(old, new)
    assert not verify_consistency(old, new, bytes(32), bytes(32), [bytes(32)])


@pytest.mark.parametrize("index", [-1, 5])
def test_there_is_no_proof_outside_the_tree(index: int) -> None:
    with pytest.raises(ValueError, match="there is no leaf"):
        inclusion_spans(index, 5)
    assert not verify_inclusion(bytes(32), index, 5, [], bytes(32))


def widths(size: int) -> dict[tuple[int, int], int]:
    leaves = [sha256(b"").digest()] * size
    tiles = grow(0, {}, leaves).tiles
    return {(place.level, place.number): len(tile) // 32 for place, tile in tiles.items()}


@pytest.mark.parametrize("size", [255, 256, 257, 70_000])
def test_tiles_are_laid_out_as_the_specification_says(size: int) -> None:
    """C2SP tlog-tiles gives the layout of 256 and of 70,000 leaves as examples."""
    expected = {
        255: {(0, 0): 255},
        256: {(0, 0): 256, (1, 0): 1},
        257: {(0, 0): 256, (0, 1): 1, (1, 0): 1},
        70_000: {
            **{(0, number): 256 for number in range(273)},
            (0, 273): 112,
            (1, 0): 256,
            (1, 1): 17,
            (2, 0): 1,
        },
    }
    assert widths(size) == expected[size]


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537])
def test_the_tree_is_whole_across_the_border_of_the_third_level(size: int) -> None:
    leaves = [number.to_bytes(32) for number in range(size)]
    before = grow(0, {}, leaves[:65_000])
    edge = {place: before.tiles[place] for place in frontier(65_000)}
    tiles = {**before.tiles, **grow(65_000, edge, leaves[65_000:]).tiles}
    head = root(size, reader(tiles))
    assert head == defined(leaves)
    spans = inclusion_spans(65_001, size)
    proof = [span_hash(span, reader(tiles)) for span in spans]
    assert verify_inclusion(leaves[65_001], 65_001, size, proof, head)
    assert len(places_of(nodes_needed(spans))) <= 4


def test_a_missing_tile_is_named() -> None:
    tiles = grown(700)
    del tiles[Place(0, 2)]
    with pytest.raises(TilesMissing, match="tile 2 of level 0"):
        span_hash(Span(0, 700), reader(tiles))
    with pytest.raises(TilesMissing, match="tile 2 of level 0"):
        grow(700, {}, LEAVES[700:])
