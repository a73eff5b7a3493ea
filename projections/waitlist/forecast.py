"""When seats will open: expected numbers by week, with a range.

A member has left by the end of week w with the chance

    p(w) = 1                                   if their planned end comes by then,
    p(w) = 1 - (1 - h(k)) ... (1 - h(k+w-1))   otherwise,

where they are in their k-th week in the group now and h is the chance of dropping out in a week,
as the spells of the past tell it. So the seats that will have opened are a sum of unequal coins, a
Poisson-binomial number: its mean is the sum of the p, its 10th and 90th percentiles are the range.
What is free now comes on top. Nobody is assumed to join: these are the seats that can be filled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from math import prod

WEEK = timedelta(weeks=1)

RANGE = (0.1, 0.9)
"""The percentiles that a range reaches from and to."""

BANDS = (0, 4, 12, 26)
"""The weeks in a group at which the chance of dropping out is counted anew."""

LEANS = 12
"""Member-weeks at the rate of all bands that each band is given, as little is known of a few."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One membership of the past or present, in weeks. `dropped`: it ended before it should."""

    weeks: float
    dropped: bool


@dataclass(frozen=True, slots=True)
class Band:
    """The weeks in a group from `since` on: member-weeks seen, drop-outs, and the chance a week."""

    since: int
    weeks: float
    dropped: int
    chance: float


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's seat: the weeks that they have had it, and when treatment is planned to end."""

    weeks: float
    planned_end: datetime | None


@dataclass(frozen=True, slots=True)
class Seats:
    """A group's seats: `free` now, offers under way not among them, and those of its members."""

    group_id: str
    free: int
    taken: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """Open seats at the end of a week (`by`): expected, and from `low` to `high` in 8 of 10."""

    week: int
    by: datetime
    expected: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The open seats of a group, week by week from now."""

    group_id: str
    openings: tuple[Opening, ...]


def dropping_out(spells: Iterable[Spell]) -> tuple[Band, ...]:
    """The chance of dropping out in a week, for each band of weeks in the group.

    (drop-outs + LEANS x rate of all) / (member-weeks + LEANS); without any past it is 0, and the
    bands say that nothing was seen.
    """
    seen = list(spells)
    weeks = sum(one.weeks for one in seen)
    overall = min(1.0, sum(one.dropped for one in seen) / weeks) if weeks else 0.0
    return tuple(
        _band(seen, since, until, overall)
        for since, until in zip(BANDS, (*BANDS[1:], None), strict=True)
    )


def forecast(
    groups: Iterable[Seats], bands: Sequence[Band], now: datetime, weeks: int
) -> tuple[Forecast, ...]:
    """The open seats of each group at the end of each of the next weeks."""
    return tuple(
        Forecast(
            group.group_id,
            tuple(_opening(group, bands, now, week) for week in range(1, weeks + 1)),
        )
        for group in groups
    )


def left_by(seat: Seat, bands: Sequence[Band], now: datetime, week: int) -> float:
    """The chance that a member has left by the end of a week."""
    if seat.planned_end is not None and seat.planned_end <= now + week * WEEK:
        return 1.0
    return 1 - prod(1 - _chance(bands, int(seat.weeks) + one) for one in range(week))


def spread(chances: Iterable[float]) -> list[float]:
    """How likely 0, 1, 2, ... of independent things of unequal chances come true."""
    found = [1.0]
    for chance in chances:
        missed = [one * (1 - chance) for one in found]
        met = [one * chance for one in found]
        found = [no + yes for no, yes in zip([*missed, 0.0], [0.0, *met], strict=True)]
    return found


def _band(seen: Sequence[Spell], since: int, until: int | None, overall: float) -> Band:
    weeks = sum(max(0.0, min(one.weeks, until or one.weeks) - since) for one in seen)
    dropped = sum(
        one.dropped and since <= one.weeks and (until is None or one.weeks < until) for one in seen
    )
    chance = min(1.0, (dropped + LEANS * overall) / (weeks + LEANS))
    return Band(since, weeks, dropped, chance)


def _chance(bands: Sequence[Band], week: int) -> float:
    return next((one.chance for one in reversed(bands) if one.since <= week), 0.0)


def _opening(group: Seats, bands: Sequence[Band], now: datetime, week: int) -> Opening:
    chances = [left_by(seat, bands, now, week) for seat in group.taken]
    reached = list(accumulate(spread(chances)))
    low, high = (_first_at(reached, share) for share in RANGE)
    return Opening(
        week=week,
        by=now + week * WEEK,
        expected=group.free + sum(chances),
        low=group.free + low,
        high=group.free + high,
    )


def _first_at(reached: Sequence[float], share: float) -> int:
    """The smallest number that is not exceeded with that chance."""
    return next((n for n, chance in enumerate(reached) if chance >= share), len(reached) - 1)
