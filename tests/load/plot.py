"""The minutes as a picture: above the share of attempts to be made again, below how long they take.

Both by minute; the lower axis is logarithmic, and below it stands how many processes were killed.
"""

from collections.abc import Iterator, Sequence
from math import log10

from tests.load.minutes import Minute, quantile

LEFT, RIGHT, WIDTH = 90, 20, 640
TOP, HEIGHT, GAP = 30, 130, 40
BOTTOM = TOP + 2 * HEIGHT + GAP
TICKS_MS = (10, 100, 1_000, 10_000, 100_000)
SHARES = {"p50": (0.5, "#69c"), "p95": (0.95, "#036")}


def picture(minutes: Sequence[Minute], title: str) -> str:
    """An SVG document."""
    size = f'width="{LEFT + WIDTH + RIGHT}" height="{BOTTOM + 60}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{LEFT}" y="18" font-weight="bold">{title}</text>',
        *_errors(minutes),
        *_latencies(minutes),
        *_below(minutes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _errors(minutes: Sequence[Minute]) -> Iterator[str]:
    highest = max(0.01, *(one.error_rate for one in minutes))
    for share in (0, highest / 2, highest):
        yield from _grid(_up(TOP, share / highest), f"{100 * share:.1f} %")
    width = WIDTH / len(minutes) * 0.6
    for number, one in enumerate(minutes):
        y = _up(TOP, one.error_rate / highest)
        yield (
            f'<rect x="{_x(number, minutes) - width / 2:.1f}" y="{y:.1f}" width="{width:.1f}" '
            f'height="{TOP + HEIGHT - y:.1f}" fill="#c60"/>'
        )


def _latencies(minutes: Sequence[Minute]) -> Iterator[str]:
    for tick in TICKS_MS:
        yield from _grid(_of_ms(tick), f"{tick} ms")
    for place, (name, (share, colour)) in enumerate(SHARES.items()):
        points = [
            f"{_x(number, minutes):.1f},{_of_ms(1000 * quantile(one.seconds, share)):.1f}"
            for number, one in enumerate(minutes)
        ]
        yield f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}"/>'
        y = TOP + HEIGHT + GAP + 14 + 16 * place
        yield f'<text x="{LEFT + 8}" y="{y}" fill="{colour}">{name}</text>'


def _below(minutes: Sequence[Minute]) -> Iterator[str]:
    yield f'<text x="{LEFT - 8}" y="{BOTTOM + 20}" text-anchor="end">minute</text>'
    yield f'<text x="{LEFT - 8}" y="{BOTTOM + 40}" text-anchor="end">killed</text>'
    for number, one in enumerate(minutes):
        for y, said in ((20, number + 1), (40, len(one.killed))):
            x = f"{_x(number, minutes):.1f}"
            yield f'<text x="{x}" y="{BOTTOM + y}" text-anchor="middle">{said}</text>'


def _grid(y: float, said: str) -> Iterator[str]:
    yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{said}</text>'
    yield f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'


def _x(number: int, minutes: Sequence[Minute]) -> float:
    return LEFT + WIDTH * (number + 0.5) / len(minutes)


def _up(top: float, share: float) -> float:
    return top + HEIGHT * (1 - min(1, max(0, share)))


def _of_ms(milliseconds: float) -> float:
    first, last = log10(TICKS_MS[0]), log10(TICKS_MS[-1])
    share = (log10(max(milliseconds, TICKS_MS[0])) - first) / (last - first)
    return _up(TOP + HEIGHT + GAP, share)
