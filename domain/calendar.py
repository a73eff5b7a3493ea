"""Calendar arithmetic in a programme's own time zone."""

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_in(zone: str, instant: datetime) -> date:
    """The calendar day that `instant` falls on in `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def months_after(zone: str, instant: datetime, months: int) -> datetime:
    """The same local time `months` calendar months later; the 31st becomes the month's last day."""
    local = instant.astimezone(ZoneInfo(zone))
    index = local.year * 12 + local.month - 1 + months
    year, month = index // 12, index % 12 + 1
    day = min(local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(instant.tzinfo)


def age_on(day: date, birth_date: date) -> int:
    """Completed years of life on `day`. Somebody born on 29 February ages on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)
