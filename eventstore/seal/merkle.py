"""The Merkle tree of RFC 9162, section 2.1: hashes, roots and proofs, as pure functions.

A tree of `size` leaves is never held as a whole. Whatever is asked of it is a list of ranges of
leaves; each range is a row of perfect subtrees, and the hash of a perfect subtree, at a height and
a number in it, is what the caller can look up.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


class Node(NamedTuple):
    """A perfect subtree: the leaves from `number << height` on, `1 << height` of them."""

    height: int
    number: int


class Span(NamedTuple):
    """The leaves from `begin` up to, not including, `end`, that one hash of a proof stands for."""

    begin: int
    end: int


HashOf = Callable[[Node], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    """`MTH({d})`: 32 bytes."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node with two children: 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def perfect_hash(hashes: Sequence[bytes]) -> bytes:
    """The hash over the hashes of 1, 2, 4, 8 … equally large neighbours."""
    row = list(hashes)
    while len(row) > 1:
        pairs = iter(row)
        row = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
    return row[0]


def nodes_of(span: Span) -> list[Node]:
    """The perfect subtrees that make up a span, from the left. Each is as large as can be."""
    nodes, begin = [], span.begin
    while begin < span.end:
        height = (span.end - begin).bit_length() - 1
        nodes.append(Node(height, begin >> height))
        begin += 1 << height
    return nodes


def span_hash(span: Span, hash_of: HashOf) -> bytes:
    """`MTH(D[begin:end])`."""
    if span.begin == span.end:
        return EMPTY_ROOT
    *others, result = [hash_of(node) for node in nodes_of(span)]
    for left in reversed(others):
        result = node_hash(left, result)
    return result


def root(size: int, hash_of: HashOf) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return span_hash(Span(0, size), hash_of)


def inclusion_spans(index: int, size: int) -> list[Span]:
    """`PATH(index, D_size)`, from the leaf's sibling up. Raises `ValueError` outside the tree."""
    if not 0 <= index < size:
        message = f"there is no leaf {index} in a tree of {size}"
        raise ValueError(message)
    spans, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(begin, middle))
            begin = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """`PROOF(old, D_new)`. Empty for equal sizes. Raises `ValueError` unless 0 < old <= new."""
    if not 0 < old <= new:
        message = f"a tree of {old} cannot have grown into one of {new}"
        raise ValueError(message)
    spans, begin, end = [], 0, new
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(begin, middle))
            begin = middle
    if begin:
        spans.append(Span(begin, end))
    return spans[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes
) -> bool:
    """Whether the leaf with the hash `leaf` stands at `index` under the root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(sibling, result)
            place, last = _rise_to_a_left_sibling(place, last)
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root_hash


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of `old` leaves is a beginning of that of `new` (section 2.1.4.2)."""
    if old == new:
        return old_root == new_root and not proof
    if not 0 < old < new or not proof:
        return False
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            place, last = _rise_to_a_left_sibling(place, last)
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def nodes_needed(spans: Iterable[Span]) -> list[Node]:
    """Every perfect subtree whose hash the spans need."""
    return [node for span in spans for node in nodes_of(span)]


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def _rise_to_a_left_sibling(place: int, last: int) -> tuple[int, int]:
    """Skip the levels at which a last node without a sibling is its own parent."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
