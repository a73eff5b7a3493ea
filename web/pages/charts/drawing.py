"""What a chart is made of: shapes with their places, for `macros/charts.html` to write down.

Places are in the drawing's own units, from its upper left corner. `kind` is a word that the
stylesheet gives its colour and strokes, so that a drawing is as light or dark as its page.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LETTER = 5.8
"""The width of a letter of a chart's text, about."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place along an edge, and what stands there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Shape:
    """An area or a line; `path` is SVG path data. `says` is told to whoever points at it."""

    kind: str
    path: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at a place: `kind` gives it a form of its own beside the colour."""

    kind: str
    x: float
    y: float
    says: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Text at a place; `anchor` is `start`, `middle` or `end`."""

    kind: str
    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Plot:
    """Where the values are drawn, within the whole."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart. `across` are ticks below, `up` ticks on the left with a line each."""

    width: int
    height: int
    plot: Plot
    across: tuple[Tick, ...] = ()
    up: tuple[Tick, ...] = ()
    shapes: tuple[Shape, ...] = ()
    words: tuple[Words, ...] = ()
    marks: tuple[Mark, ...] = ()


def line(points: Iterable[tuple[float, float]]) -> str:
    """Path data of a line through points."""
    return "M" + " L".join(f"{x:g} {y:g}" for x, y in points)


def staircase(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of a line that stays level until its next point."""
    corners: list[tuple[float, float]] = []
    for x, y in points:
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return corners


def box(left: float, top: float, right: float, bottom: float) -> str:
    """Path data of a rectangle."""
    return f"M{left:g} {top:g} H{right:g} V{bottom:g} H{left:g} Z"


def fitting(text: str, width: float) -> str:
    """As much of a text as there is room for; nothing where there is room for hardly any."""
    letters = int(width / LETTER)
    if len(text) <= letters:
        return text
    return f"{text[: letters - 1].rstrip()}…" if letters >= len("Intro…") else ""
