"""FHIR `date` and `dateTime` as text, and what they mean in UTC."""

import re
from datetime import UTC, date, datetime, timedelta

from activities.fhir.problems import fault

EARLIEST_BIRTH_YEAR = 1900

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours."""

EARLIEST_DAY = timedelta(hours=10)
"""How long before UTC a day begins in Guam, the first of the states and territories."""

AHEAD = "lies in the future: correct the date."

_NO_DAY = "has no day: send the full date, such as 1984-07-02."
_TOO_EARLY = f"is before {EARLIEST_BIRTH_YEAR}: correct the year."
_NO_DATE = (
    "is not a FHIR date: send one such as 1984-07-02, and a time only with its offset, "
    "such as 2026-10-21T10:00:00-05:00."
)
_NO_SUCH_DAY = "is not a day that exists: correct the date."
_NO_SUCH_INSTANT = "is not an instant that exists: correct the date, time or offset."

_PARTIAL = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")
_FULL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def birth_date(text: str) -> date:
    """The day of birth. Raises a `fault` for a partial date or a year before 1900."""
    if _PARTIAL.fullmatch(text):
        raise fault(_NO_DAY)
    day = _day(text)
    if day.year < EARLIEST_BIRTH_YEAR:
        raise fault(_TOO_EARLY)
    return day


def instant(text: str) -> datetime | None:
    """The instant in UTC; a day means its midnight, a year or a month is no instant.

    Raises a `fault` for anything else than a FHIR R4 dateTime.
    """
    if _PARTIAL.fullmatch(text):
        return None
    if _INSTANT.fullmatch(text):
        return _moment(text)
    day = _day(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def lies_ahead(text: str, now: datetime) -> bool:
    """Whether a FHIR date or dateTime that was read is after `now`, an instant in UTC.

    A day, a month or a year is ahead once it has begun nowhere in the United States.
    """
    if _INSTANT.fullmatch(text):
        return _moment(text) > now + CLOCKS_DIFFER_BY
    today = (now + EARLIEST_DAY).date().isoformat()
    return text > today[: len(text)]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise fault(_NO_SUCH_INSTANT) from None


def _day(text: str) -> date:
    if not _FULL.fullmatch(text):
        raise fault(_NO_DATE)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fault(_NO_SUCH_DAY) from None
