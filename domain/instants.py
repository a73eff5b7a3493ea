"""Instants as people and programs write them: ISO 8601 with an offset, or a date."""

import re
from datetime import UTC, datetime, time

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NotAnInstant(ValueError):
    """A text that names no instant; the message says how to write one."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}: give an instant with its offset, such as 2026-10-21T10:00:00-05:00 (a plus "
            "sign in a URL is %2B), or a date, such as 2026-10-21, for the end of that day in UTC."
        )


def instant(text: str, what: str) -> datetime:
    """The instant in UTC; of a date the end of that day. Raises `NotAnInstant` naming `what`."""
    try:
        read = datetime.fromisoformat(text)
        if _DATE.fullmatch(text):
            return datetime.combine(read, time.max, UTC)
        if read.tzinfo is not None:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise NotAnInstant(what)
