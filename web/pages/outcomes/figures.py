"""A figure of the outcomes: a table whose rows may be drawn too, with how many it is about."""

from collections.abc import Iterator
from dataclasses import dataclass

from projections.outcomes.statistics import Share
from web.pages.charts.drawing import Drawing

FEW = 10
"""Of fewer than these, one more or one less changes the picture."""

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: `cells` before what is drawn, `after` behind it.

    `values` are the same for a file, whole and without words. `few`: so few are counted here that
    one more or one less would change the picture.
    """

    title: str
    cells: tuple[str, ...]
    values: tuple[Value, ...]
    n: int
    share: Share | None = None
    quartiles: tuple[float, float, float] | None = None
    after: tuple[str, ...] = ()

    @property
    def few(self) -> bool:
        return 0 < self.n < FEW

    @property
    def beneath(self) -> str | None:
        """What stands beneath the last cell: between what the true value lies."""
        if self.share:
            return interval(self.share.low, self.share.high)
        if self.quartiles:
            return span(self.quartiles[0], self.quartiles[2])
        return None


@dataclass(frozen=True, slots=True)
class Figure:
    """`says` is what is counted, `of` what the `n` are: "patients referred".

    `drawn` is the head of the column in which rows are drawn, on a line between `ends`. `whole` are
    the rows of its file, where the page shows fewer.
    """

    id: str
    title: str
    says: str
    of: str
    n: int
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    drawn: str | None = None
    ends: tuple[str, str] = ("0 %", "100 %")
    most: float = 1.0
    after: tuple[str, ...] = ()
    drawing: Drawing | None = None
    whole: tuple[Row, ...] = ()

    @property
    def few(self) -> bool:
        return 0 < self.n < FEW

    def lines(self) -> Iterator[tuple[Value, ...]]:
        """The rows of its file."""
        return (row.values for row in self.whole or self.rows)


SHARED = ("count", "n", "share", "low_95", "high_95")
"""The columns of a share in a file."""


def shared(share: Share) -> tuple[Value, ...]:
    """The values of a share in a file."""
    return (share.count, share.n, *(_short(one) for one in (share.share, share.low, share.high)))


def percent(share: float | None) -> str:
    return "none" if share is None else f"{share * 100:.0f} %"


def interval(low: float | None, high: float | None) -> str:
    """An interval of shares: 31 to 74 %."""
    if low is None or high is None:
        return "none"
    return f"{low * 100:.0f} to {high * 100:.0f} %"


def told(share: Share) -> tuple[str, str]:
    """A share as cells: of how many, and its part of them."""
    return f"{share.count} of {share.n}", percent(share.share)


def days(count: float) -> str:
    """A length of days: 12 days, 9 weeks from two months on."""
    weeks = count / 7
    if weeks >= WEEKS_FROM:
        return f"{weeks:.0f} weeks"
    return f"{count:.0f} day{'' if round(count) == 1 else 's'}"


def span(shortest: float, longest: float) -> str:
    """Two lengths of days, the unit once if it is one: 42 to 56 days."""
    low, high = days(shortest), days(longest)
    number, _, unit = low.partition(" ")
    return f"{number} to {high}" if high.endswith(f" {unit}") else f"{low} to {high}"


WEEKS_FROM = 9


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
