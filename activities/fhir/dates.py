"""FHIR `date` and `dateTime` as text, and what they mean in UTC."""

import re
from datetime import UTC, date, datetime

from activities.fhir.problems import fault

EARLIEST_BIRTH_YEAR = 1900

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
