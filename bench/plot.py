"""The ratios of a run as a picture, on a logarithmic axis with each reference at 1.

A bar goes from the smallest round to the largest, a dot marks the median.
"""

from collections.abc import Sequence
from html import escape
from math import log10
from pathlib import Path

from bench.rounds import Measured

PICTURE = Path(__file__).parent / "ratios.svg"
ROW, LEFT, WIDTH, TOP = 22, 430, 480, 34
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


def draw(results: Sequence[Measured]) -> None:
    """Write `bench/ratios.svg`. For `ms` a smaller ratio is the better one."""
    bottom = TOP + ROW * len(results)
    size = f'width="{LEFT + WIDTH + 20}" height="{bottom + 10}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        *(_tick(tick, bottom) for tick in TICKS),
        *(_row(one, TOP + ROW * place) for place, one in enumerate(results)),
        "</svg>",
    ]
    PICTURE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _tick(ratio: float, bottom: int) -> str:
    colour = "black" if ratio == 1 else "#ddd"
    return (
        f'<text x="{_x(ratio)}" y="20" text-anchor="middle">{ratio:g}</text>'
        f'<line x1="{_x(ratio)}" x2="{_x(ratio)}" y1="26" y2="{bottom}" stroke="{colour}"/>'
    )


def _row(one: Measured, y: int) -> str:
    middle = y + ROW // 2
    name = escape(f"{one.what} ({one.unit}), beside {one.against}")
    return (
        f'<text x="{LEFT - 8}" y="{middle + 4}" text-anchor="end">{name}</text>'
        f'<line x1="{_x(min(one.ratios))}" x2="{_x(max(one.ratios))}" y1="{middle}" y2="{middle}"'
        ' stroke="#69c" stroke-width="6"/>'
        f'<circle cx="{_x(one.ratio)}" cy="{middle}" r="4" fill="#036"/>'
    )


def _x(ratio: float) -> float:
    first, last = log10(TICKS[0]), log10(TICKS[-1])
    share = (log10(ratio) - first) / (last - first)
    return round(LEFT + WIDTH * min(1, max(0, share)), 1)
