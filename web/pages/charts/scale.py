"""Scales: from values to places on a drawing, and the ticks along them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import floor, log10
from zoneinfo import ZoneInfo

STEPS = (1, 2, 2.5, 5, 10)
"""What a tick may be a multiple of, times a power of ten."""

MONTHS_APART = (1, 2, 3, 6, 12, 24, 60)
A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `lowest` to `highest` lie between `start` and `end`, in the drawing's units."""

    lowest: float
    highest: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value; what lies beyond an end is put there."""
        held = min(max(value, self.lowest), self.highest)
        share = (held - self.lowest) / (self.highest - self.lowest)
        return round(self.start + share * (self.end - self.start), 1)


def ticks(lowest: float, highest: float, most: int = 6) -> list[float]:
    """Round numbers between two values, both included, at most `most`."""
    step = next(
        one for one in _steps((highest - lowest) / most) if _fit(lowest, highest, one, most)
    )
    first = -floor(-lowest / step + 1e-9)
    last = floor(highest / step + 1e-9)
    return [round(number * step, 6) for number in range(first, last + 1)]


def month_ticks(
    since: datetime, until: datetime, zone: ZoneInfo, most: int = 6
) -> list[tuple[datetime, str]]:
    """The beginnings of months between two instants, each with its name, at most `most`."""
    months = list(_months(since.astimezone(zone), until.astimezone(zone)))
    for apart in MONTHS_APART:
        kept = [one for one in months if (one.year * A_YEAR + one.month - 1) % apart == 0]
        if len(kept) <= most:
            return [(one, _month_name(one, first=one == kept[0])) for one in kept]
    return []


def _steps(least: float) -> Iterator[float]:
    power = 10 ** floor(log10(least))
    for factor in (power, power * 10):
        yield from (factor * one for one in STEPS)


def _fit(lowest: float, highest: float, step: float, most: int) -> bool:
    return floor(highest / step + 1e-9) + floor(-lowest / step + 1e-9) + 1 <= most


def _months(since: datetime, until: datetime) -> Iterator[datetime]:
    moment = since.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while moment <= until:
        if moment >= since:
            yield moment
        later = moment.month == A_YEAR
        moment = moment.replace(year=moment.year + later, month=1 if later else moment.month + 1)


def _month_name(month: datetime, *, first: bool) -> str:
    return f"{month:%b %Y}" if first or month.month == 1 else f"{month:%b}"
