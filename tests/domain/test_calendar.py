"""Months, days and ages, in the programme's own zone."""

import locale
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from domain.calendar import (
    age_on,
    day_in,
    federal_holiday,
    instant_of,
    months_after,
    week_in,
    weekly,
)
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


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("America/New_York", "2026-03-07 18:00", "2026-03-07 23:00"),
        ("America/New_York", "2026-03-08 18:00", "2026-03-08 22:00"),
        ("America/New_York", "2026-11-01 18:00", "2026-11-01 23:00"),
        ("America/Phoenix", "2026-03-08 18:00", "2026-03-09 01:00"),
        ("America/Phoenix", "2026-07-08 18:00", "2026-07-09 01:00"),
        ("America/Indiana/Indianapolis", "2005-07-06 18:00", "2005-07-06 23:00"),
        ("America/Indiana/Indianapolis", "2026-07-08 18:00", "2026-07-08 22:00"),
        ("America/Indiana/Tell_City", "2026-07-08 18:00", "2026-07-08 23:00"),
        ("America/Los_Angeles", "2026-07-08 18:00", "2026-07-09 01:00"),
    ],
)
def test_a_local_time_stays_what_the_clocks_of_its_zone_show(
    zone: str, local: str, utc: str
) -> None:
    """Zones with and without daylight saving; Indiana began with it in 2006."""
    named = datetime.fromisoformat(local)
    at = instant_of(zone, named.date(), named.time())
    assert at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_skipped_time_moves_on_and_a_time_that_comes_twice_is_the_first() -> None:
    skipped = instant_of(ZONE, date(2026, 3, 8), time(2, 30))
    assert skipped == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert skipped == ny("2026-03-08 03:30")
    twice = instant_of(ZONE, date(2026, 11, 1), time(1, 30))
    assert twice == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@holds_for(
    day=st.dates(date(2007, 1, 1), date(2199, 12, 31)),
    clock=st.times().map(lambda one: one.replace(second=0, microsecond=0, fold=0)),
    zone=st.sampled_from([ZONE, "America/Phoenix", "America/Indiana/Indianapolis", "UTC"]),
)
def test_an_instant_shows_its_local_time_again_or_at_most_an_hour_later(
    day: date, clock: time, zone: str
) -> None:
    shown = instant_of(zone, day, clock).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    wanted = datetime.combine(day, clock)
    assert shown in (wanted, wanted + timedelta(hours=1))


@holds_for(
    weekday=st.integers(0, 6),
    since=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    days=st.integers(-3, 70),
)
def test_weekly_days_are_all_of_them_and_no_others(weekday: int, since: date, days: int) -> None:
    until = since + timedelta(days=days)
    every = [since + timedelta(days=number) for number in range(max(days + 1, 0))]
    assert list(weekly(weekday, since, until)) == [one for one in every if one.weekday() == weekday]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "New Year's Day"),
        (date(2026, 1, 19), "Martin Luther King Jr. Day"),
        (date(2026, 7, 3), "Independence Day (observed)"),
        (date(2026, 7, 4), "Independence Day"),
        (date(2026, 11, 26), "Thanksgiving Day"),
        (date(2021, 12, 31), "New Year's Day (observed)"),
        (date(2026, 11, 27), None),
        (date(2026, 10, 31), None),
    ],
)
def test_federal_holidays_are_known_with_the_days_on_which_they_are_observed(
    day: date, name: str | None
) -> None:
    assert federal_holiday(day) == name


def test_holidays_are_known_where_nobody_may_ask_for_the_locale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in the sandbox of a workflow, in which a group plans its sessions."""

    def refused(name: str) -> str:
        raise AssertionError(name)

    monkeypatch.setattr(locale, "normalize", refused)
    assert federal_holiday(date(2097, 7, 4)) == "Independence Day"


def test_weeks_are_iso_weeks_of_the_zone() -> None:
    sunday_evening = ny("2027-01-03 20:00")
    assert week_in(ZONE, sunday_evening) == (2026, 53)
    assert week_in("UTC", sunday_evening) == (2027, 1)
