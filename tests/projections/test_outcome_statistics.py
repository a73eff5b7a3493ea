"""What the statistics say of published examples, and of next to nobody."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from projections.outcomes.statistics import Observed, retention, share_of

REMISSION = [
    Observed(weeks, ended=ended)
    for weeks, ended in [
        *[(weeks, True) for weeks in (6, 6, 6, 7, 10, 13, 16, 22, 23)],
        *[(weeks, False) for weeks in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)],
    ]
]
"""The 6-MP arm of Freireich et al. (1963), Blood 21:699: weeks in remission of 21 children."""

observations = some.lists(
    some.builds(Observed, time=some.integers(0, 30).map(float), ended=some.booleans()), max_size=40
)


def test_retention_of_the_published_trial_is_the_published_one() -> None:
    """Shares and errors as in Kleinbaum and Klein (2012), Survival Analysis, chapter 2."""
    steps = retention(REMISSION).steps
    found: list[Any] = [(one.time, one.at_risk, one.share, one.error) for one in steps]
    assert found == [
        (6, 21, pytest.approx(0.8571, abs=5e-5), pytest.approx(0.0764, abs=5e-5)),
        (7, 17, pytest.approx(0.8067, abs=5e-5), pytest.approx(0.0869, abs=5e-5)),
        (10, 15, pytest.approx(0.7529, abs=5e-5), pytest.approx(0.0963, abs=5e-5)),
        (13, 12, pytest.approx(0.6902, abs=5e-5), pytest.approx(0.1068, abs=5e-5)),
        (16, 11, pytest.approx(0.6275, abs=5e-5), pytest.approx(0.1141, abs=5e-5)),
        (22, 7, pytest.approx(0.5378, abs=5e-5), pytest.approx(0.1282, abs=5e-5)),
        (23, 6, pytest.approx(0.4482, abs=5e-5), pytest.approx(0.1346, abs=5e-5)),
    ]


def test_intervals_of_the_published_trial_are_those_of_log_log() -> None:
    """As `survfit(..., conf.type = "log-log")` of R's package survival prints them."""
    found: list[Any] = [(one.low, one.high) for one in retention(REMISSION).steps]
    published = [
        (0.620, 0.952),
        (0.563, 0.923),
        (0.503, 0.889),
        (0.432, 0.849),
        (0.368, 0.805),
        (0.268, 0.747),
        (0.188, 0.680),
    ]
    assert found == [
        (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4)) for low, high in published
    ]


def test_retention_says_how_many_and_how_long_they_were_watched() -> None:
    found = retention(REMISSION)
    assert (found.n, found.ended, len(found.censored), found.watched_until) == (21, 9, 12, 35)
    assert found.median == 23
    assert found.at(5) == 1
    assert found.at(9) == pytest.approx(0.8067, abs=5e-5)
    assert found.at(36) is None


def test_nobody_gives_no_curve() -> None:
    found = retention([])
    assert (found.n, found.steps, found.median, found.at(1)) == (0, (), None, None)


def test_after_the_last_end_nothing_is_claimed_of_the_interval() -> None:
    (step,) = retention([Observed(3, ended=True)]).steps
    assert (step.share, step.low, step.high) == (0, None, None)


@given(observations)
def test_curve_only_falls_and_stays_within_its_interval(observed: list[Observed]) -> None:
    found = retention(observed)
    shares = [1.0, *(step.share for step in found.steps)]
    assert shares == sorted(shares, reverse=True)
    assert found.ended + len(found.censored) == found.n == len(observed)
    for step in found.steps:
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.share <= step.high <= 1


@given(observations)
def test_curve_where_all_are_watched_to_the_end_is_the_plain_share(
    observed: list[Observed],
) -> None:
    ended = [Observed(one.time, ended=True) for one in observed]
    for step in retention(ended).steps:
        left = sum(one.time > step.time for one in ended)
        assert step.share == pytest.approx(left / len(ended))


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_share_has_the_published_interval(count: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998), Stat Med 17:857, table I, method 3 (Wilson's score)."""
    found = share_of(count, n)
    assert (found.share, found.n) == (count / n, n)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_share_of_nobody_is_no_share() -> None:
    found = share_of(0, 0)
    assert (found.n, found.share, found.low, found.high) == (0, None, None, None)


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="2 of 1 is no share"):
        share_of(2, 1)


@given(some.integers(1, 500).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n))))
def test_interval_holds_the_share_and_mirrors_what_is_left(counted: tuple[int, int]) -> None:
    count, n = counted
    found, other = share_of(count, n), share_of(n - count, n)
    assert found.low is not None
    assert found.high is not None
    assert other.high is not None
    assert 0 <= found.low <= count / n <= found.high <= 1
    assert found.low == pytest.approx(1 - other.high)
