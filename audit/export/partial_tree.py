"""One proof for many leaves: the hashes of every range of leaves that is not in the bundle.

From the left to the right, each range as large as the tree of RFC 9162 has a subtree for it. With
the leaves in the bundle they lead to the root; for a whole log there are none.
"""

from bisect import bisect_left
from collections.abc import Sequence

from eventstore.seal.merkle import Span


def spans_beside(indexes: Sequence[int], size: int) -> list[Span]:
    """The subtrees of a tree of `size` in which none of `indexes` (rising) lies."""
    spans: list[Span] = []
    waiting = [Span(0, size)] if size else []
    while waiting:
        span = waiting.pop()
        if not _any_within(indexes, span):
            spans.append(span)
        elif span.end - span.begin > 1:
            middle = span.begin + (1 << (span.end - span.begin - 1).bit_length() - 1)
            waiting += [Span(middle, span.end), Span(span.begin, middle)]
    return spans


def _any_within(indexes: Sequence[int], span: Span) -> bool:
    at = bisect_left(indexes, span.begin)
    return at < len(indexes) and indexes[at] < span.end
