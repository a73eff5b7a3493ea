"""Response clocks: how long is left to answer a risk, in words and as a ring that empties."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Pace = Literal["running", "soon", "over"]

SOON = timedelta(minutes=10)
"""A clock that has no more left than this, or than a quarter of its time, asks for haste."""

QUARTER = 25
WHOLE = 100

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ResponseClock:
    """`left` is what the ring still shows, in hundredths of the time that there was."""

    due_at: datetime
    words: str
    pace: Pace
    left: int


def clock_of(since: datetime | None, due_at: datetime, now: datetime) -> ResponseClock:
    """The clock of something that became due `since` then and is to be done by `due_at`."""
    remaining = due_at - now
    left = _hundredths(since, due_at, now)
    if remaining <= timedelta(0):
        return ResponseClock(due_at, f"{span_in_words(-remaining)} over", "over", 0)
    hurried = remaining <= SOON or left <= QUARTER
    words = f"{span_in_words(remaining)} left"
    return ResponseClock(due_at, words, "soon" if hurried else "running", left)


def span_in_words(span: timedelta) -> str:
    """A length to the minute while that matters: 12 min, 1 h 5 min, 3 days."""
    if span < _MINUTE:
        return "under 1 min"
    if span < _HOUR:
        return f"{span // _MINUTE} min"
    if span < _DAY:
        hours, rest = divmod(span, _HOUR)
        return f"{hours} h {rest // _MINUTE} min"
    days = span // _DAY
    return "1 day" if days == 1 else f"{days} days"


def _hundredths(since: datetime | None, due_at: datetime, now: datetime) -> int:
    if since is None or due_at <= since:
        return 0
    share = (due_at - now) / (due_at - since)
    return max(0, min(WHOLE, round(share * WHOLE)))
