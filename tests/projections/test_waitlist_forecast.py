"""When seats open: what is certain, what is likely, and what nobody can know."""

from datetime import UTC, datetime
from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as some

from projections.waitlist.forecast import (
    BANDS,
    WEEK,
    Band,
    Seat,
    Seats,
    Spell,
    dropping_out,
    forecast,
    left_by,
    spread,
)

NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)
NOBODY_DROPS = dropping_out([])
chances = some.lists(some.floats(0, 1), max_size=8)
spells = some.lists(some.builds(Spell, weeks=some.floats(0, 80), dropped=some.booleans()))
seats = some.builds(
    Seat,
    weeks=some.floats(0, 80),
    planned_end=some.none() | some.integers(-3, 40).map(lambda week: NOW + week * WEEK),
)


def each_week(*chance: float) -> tuple[Band, ...]:
    """A chance of dropping out for each band."""
    return tuple(Band(since, 0, 0, one) for since, one in zip(BANDS, chance, strict=True))


def test_planned_ends_open_seats_in_their_week() -> None:
    ends = [Seat(10, NOW + n * WEEK) for n in (1, 3, 3)]
    [found] = forecast([Seats("group-1", 2, (*ends, Seat(1, None)))], NOBODY_DROPS, NOW, 4)
    assert [(one.expected, one.low, one.high) for one in found.openings] == [
        (3, 3, 3),
        (3, 3, 3),
        (5, 5, 5),
        (5, 5, 5),
    ]
    assert found.openings[3].by == NOW + 4 * WEEK


def test_an_end_that_has_passed_counts_as_a_seat_about_to_open() -> None:
    assert left_by(Seat(30, NOW - WEEK), NOBODY_DROPS, NOW, 1) == 1


def test_a_member_grows_out_of_the_weeks_in_which_many_leave() -> None:
    """In the fourth week of the group one in two stays, from the fifth on nobody leaves."""
    bands = each_week(0.5, 0, 0, 0)
    assert left_by(Seat(2.9, None), bands, NOW, 1) == 0.5
    assert left_by(Seat(2.9, None), bands, NOW, 9) == 0.75
    assert left_by(Seat(4, None), bands, NOW, 9) == 0


def test_eight_even_coins_have_the_range_of_a_binomial() -> None:
    """The 10th and 90th percentiles of Binomial(8, 1/2) are 2 and 6."""
    members = (Seat(30, None),) * 8
    [found] = forecast([Seats("group-1", 0, members)], each_week(0, 0, 0, 0.5), NOW, 1)
    assert (found.openings[0].expected, found.openings[0].low, found.openings[0].high) == (4, 2, 6)


@given(chances)
def test_spread_is_that_of_all_ways_it_can_come(chances: list[float]) -> None:
    counted = [0.0] * (len(chances) + 1)
    for way in product((False, True), repeat=len(chances)):
        counted[sum(way)] += prod(
            one if met else 1 - one for one, met in zip(chances, way, strict=True)
        )
    assert spread(chances) == pytest.approx(counted, abs=1e-9)


@given(some.lists(seats, max_size=8), spells, some.integers(0, 8))
def test_open_seats_only_grow_and_never_beyond_what_the_group_has(
    taken: list[Seat], past: list[Spell], free: int
) -> None:
    [found] = forecast([Seats("group-1", free, tuple(taken))], dropping_out(past), NOW, 30)
    for before, after in zip(found.openings, found.openings[1:], strict=False):
        assert before.expected <= after.expected + 1e-9
        assert (before.low, before.high) <= (after.low, after.high)
    for one in found.openings:
        assert free <= one.low <= one.high <= free + len(taken)
        assert one.low - 1 < one.expected < one.high + 1


@given(spells)
def test_bands_share_out_all_weeks_and_drop_outs(past: list[Spell]) -> None:
    bands = dropping_out(past)
    assert sum(one.weeks for one in bands) == pytest.approx(sum(one.weeks for one in past))
    assert sum(one.dropped for one in bands) == sum(one.dropped for one in past)
    assert all(0 <= one.chance <= 1 for one in bands)


def test_drop_outs_are_counted_in_the_week_in_which_they_came() -> None:
    past = [Spell(2, dropped=True), Spell(10, dropped=False), Spell(40, dropped=True)]
    found = [(one.since, one.weeks, one.dropped) for one in dropping_out(past)]
    assert found == [(0, 10, 1), (4, 14, 0), (12, 14, 0), (26, 14, 1)]


def test_a_band_of_which_much_is_known_goes_by_itself_and_the_others_lean_on_all() -> None:
    past = [Spell(1, dropped=True)] * 300 + [Spell(4.5, dropped=False)]
    first, second, third, _ = dropping_out(past)
    overall = 300 / 304.5
    assert first.chance == pytest.approx((300 + 12 * overall) / (304 + 12))
    assert second.chance == pytest.approx(12 * overall / 12.5)
    assert third.chance == pytest.approx(overall)
