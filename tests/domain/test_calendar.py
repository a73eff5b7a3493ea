"""Months, days and ages, in the programme's own zone."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from domain.calendar import age_on, day_in, months_after
from tests.domain.histories import ny

ZONE = "America/New_York"
EARLIEST = datetime.fromisoformat("1900-01-02")
LATEST = datetime.fromisoformat("2200-12-30")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-08-31 18:00", 6, "2027-02-28 18:00"),
        ("2027-08-31 18:00", 6, "2028-02-29 18:00"),
        ("2028-02-29 18:00", 12, "2029-02-28 18:00"),
        ("2026-01-31 00:00", 1, "2026-02-28 00:00"),
        ("2026-12-31 23:59", 2, "2027-02-28 23:59"),
        ("2026-01-15 18:00", 6, "2026-07-15 18:00"),
        ("2026-11-30 18:00", 1, "2026-12-30 18:00"),
        ("2026-06-15 18:00", 18, "2027-12-15 18:00"),
    ],
)
def test_months_keep_the_local_time(start: str, months: int, end: str) -> None:
    assert months_after(ZONE, ny(start), months) == ny(end)


def test_a_local_time_that_the_clock_change_skips_moves_on_by_an_hour() -> None:
    assert months_after(ZONE, ny("2026-02-08 02:30"), 1) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_a_local_time_that_comes_twice_is_the_first() -> None:
    assert months_after(ZONE, ny("2026-10-01 01:30"), 1) == ny("2026-11-01 01:30")


def test_the_day_is_that_of_the_zone() -> None:
    instant = datetime(2026, 1, 6, 4, 59, tzinfo=UTC)
    assert day_in(ZONE, instant) == date(2026, 1, 5)
    assert day_in("UTC", instant) == date(2026, 1, 6)


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2026, 2, 28), 17),
        (date(2026, 3, 1), 18),
        (date(2028, 2, 28), 19),
        (date(2028, 2, 29), 20),
    ],
)
def test_somebody_born_on_a_leap_day_ages_on_the_first_of_march(day: date, age: int) -> None:
    assert age_on(day, date(2008, 2, 29)) == age


@holds_for(
    start=st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC)),
    months=st.integers(1, 120),
)
def test_months_after_lands_in_the_right_month(start: datetime, months: int) -> None:
    end = months_after(ZONE, start, months)
    before, after = day_in(ZONE, start), day_in(ZONE, end)
    assert (after.year * 12 + after.month) - (before.year * 12 + before.month) == months
    assert after.day <= before.day
    assert end.tzinfo == start.tzinfo


@holds_for(
    born=st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    day=st.dates(date(1900, 1, 1), date(2200, 1, 1)),
)
def test_an_age_grows_by_one_on_each_birthday(born: date, day: date) -> None:
    age = age_on(day, born)
    assert (age >= 0) == (day >= born)
    assert age_on(date(day.year + 1, day.month, min(day.day, 28)), born) - age in (0, 1)
