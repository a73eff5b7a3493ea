"""Calendar arithmetic in the local time of a zone."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from holidays.countries.united_states import UnitedStates

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)

# Looked up once, here: the library asks the process for its locale, which no workflow may do.
_FEDERAL_HOLIDAYS: Mapping[date, str] = dict(
    UnitedStates(years=range(1900, 2101))  # type: ignore[no-untyped-call] # the library has no types
)


def day_in(zone: str, instant: datetime) -> date:
    """The calendar day that `instant` falls on in `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def week_in(zone: str, instant: datetime) -> tuple[int, int]:
    """The ISO year and week that `instant` falls in in `zone`; weeks begin on Monday."""
    year, week, _ = day_in(zone, instant).isocalendar()
    return year, week


def instant_of(zone: str, day: date, clock: time) -> datetime:
    """The UTC instant at which the clocks of `zone` show a local time on a day.

    A local time that a clock change skips moves on by what was skipped (2:30 becomes 3:30); one
    that comes twice is the first.
    """
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def weekly(weekday: int, since: date, until: date) -> Iterator[date]:
    """Each such weekday (Monday is 0) from `since` to `until`, both included."""
    day = since + _DAY * ((weekday - since.weekday()) % 7)
    while day <= until:
        yield day
        day += _WEEK


def federal_holiday(day: date) -> str | None:
    """The name of the US federal holiday on a day, or of its observance; none on other days.

    Known from 1900 to 2100. Source: 5 U.S.C. 6103, as the library `holidays` has it.
    """
    return _FEDERAL_HOLIDAYS.get(day)


def months_after(zone: str, instant: datetime, months: int) -> datetime:
    """The same local time `months` calendar months later; the 31st becomes the month's last day."""
    local = instant.astimezone(ZoneInfo(zone))
    index = local.year * 12 + local.month - 1 + months
    year, month = index // 12, index % 12 + 1
    day = min(local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(instant.tzinfo)


def weeks_after(zone: str, instant: datetime, weeks: int) -> datetime:
    """The same weekday and local time `weeks` weeks later."""
    local = instant.astimezone(ZoneInfo(zone)) + _WEEK * weeks
    return local.astimezone(instant.tzinfo)


def days_after(zone: str, instant: datetime, length: timedelta) -> datetime:
    """The same local time so many days later, or earlier: a day is a calendar day."""
    return (instant.astimezone(ZoneInfo(zone)) + length).astimezone(instant.tzinfo)


def age_on(day: date, birth_date: date) -> int:
    """Completed years of life on `day`. Somebody born on 29 February ages on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)
