"""Instants in a request: ISO 8601 with an offset, or a date: the end of that day in UTC."""

import re
from datetime import UTC, datetime, time

from web.errors import BadRequest

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def instant(text: str | None, what: str) -> datetime | None:
    """The instant in UTC, `None` for none. Raises `BadRequest` naming the parameter `what`."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        if _DATE.fullmatch(text):
            return datetime.combine(read, time.max, UTC)
        if read.tzinfo is not None:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadRequest(
        f"{what}: give an instant with its offset, such as 2026-10-21T10:00:00-05:00 (a plus sign "
        "in a URL is %2B), or a date, such as 2026-10-21, for the end of that day in UTC."
    )
