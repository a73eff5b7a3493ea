"""The tree of causes as a picture: a line for each decision, below what led to it."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.why import Node
from web.pages.charts.drawing import Drawing, Mark, Plot, Shape, Words, fitting, line

WIDTH = 720
LINE = 34
INDENT = 22
LEFT = 16
LETTERS = 8
"""Characters of an entity's id that tell it from the others here."""


@dataclass(frozen=True)
class Placed:
    """A decision in its line; `above` is the line of what led to it."""

    node: Node
    row: int
    depth: int
    above: int | None

    @property
    def x(self) -> float:
        return LEFT + INDENT * self.depth

    @property
    def y(self) -> float:
        return LINE * (self.row + 0.5)


def drawn(root: Node) -> Drawing:
    """The picture of a whole tree."""
    placed = list(_placed(root, 0, None, [0]))
    height = LINE * len(placed)
    return Drawing(
        width=WIDTH,
        height=height,
        plot=Plot(0, 0, WIDTH, height),
        shapes=tuple(shape for one in placed for shape in _shapes(one)),
        words=tuple(words for one in placed for words in _words(one)),
        marks=tuple(
            Mark("first" if one.node.asked else "same", one.x, one.y, _says(one.node))
            for one in placed
        ),
    )


def _placed(node: Node, depth: int, above: int | None, rows: list[int]) -> Iterator[Placed]:
    row = rows[0]
    rows[0] += 1
    yield Placed(node, row, depth, above)
    for one in node.led_to:
        yield from _placed(one, depth + 1, row, rows)


def _shapes(one: Placed) -> Iterator[Shape]:
    if one.above is not None:
        x, top = one.x - INDENT, LINE * (one.above + 0.5) + 8
        yield Shape("way", line([(x, top), (x, one.y), (one.x - 8, one.y)]))


def _words(one: Placed) -> Iterator[Words]:
    x = one.x + 14
    kind = "phase-title" if one.node.asked else "phase-says"
    more = f" (and {one.node.more} more)" if one.node.more else ""
    yield Words(kind, x, one.y + 4, fitting(f"{_says(one.node)}{more}", WIDTH - x))


def _says(node: Node) -> str:
    kind, _, name = node.entity_id.partition("-")
    happened = ", ".join(one.partition(".")[2].replace("_", " ") for one in node.types)
    return f"{kind} {name[:LETTERS]} #{node.version}: {happened}"
