"""Instants in a request: a text that names none is a bad request."""

from datetime import datetime

from domain import instants
from web.errors import BadRequest


def instant(text: str | None, what: str) -> datetime | None:
    """The instant in UTC, `None` for none. Raises `BadRequest` naming the parameter `what`."""
    try:
        return None if text is None else instants.instant(text, what)
    except instants.NotAnInstant as wrong:
        raise BadRequest(str(wrong)) from None
