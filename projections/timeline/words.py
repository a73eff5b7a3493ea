"""Codes as words, and instants as text."""

from datetime import datetime
from typing import Any

Details = dict[str, Any]
Told = tuple[str, Details]
"""The sentence that tells an event, and its coded values."""


def words(code: str) -> str:
    return code.replace("_", " ").replace("-", " ")


def instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
