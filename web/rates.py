"""Rates: how often somebody may do something, counted in this process and in bounded memory."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from web.errors import WebError

MOST_KEPT = 10_000
"""So many callers are remembered; whoever was not seen for longest is forgotten first."""


@dataclass(frozen=True)
class Rate:
    """So many at once, and one more after each `every`."""

    at_once: int
    every: timedelta


SIGN_INS = Rate(at_once=10, every=timedelta(seconds=6))
"""Attempts to sign in, from one address."""

UNKNOWN_TOKENS = Rate(at_once=20, every=timedelta(seconds=3))
"""Tokens that nobody knows, from one address."""

CHANGES_OF_PEOPLE = Rate(at_once=60, every=timedelta(milliseconds=200))
"""Commands and other changes by one person in one browser session or several."""

CHANGES_OF_PROGRAMS = Rate(at_once=2_000, every=timedelta(milliseconds=1))
"""The same by one token: more than one entity's workflow takes, less than what harms others."""


class TooMany(WebError):
    """More was asked than anybody does by hand."""

    status = 429
    code = "too_many"

    def __init__(self, wait: timedelta) -> None:
        seconds = max(1, ceil(wait.total_seconds()))
        super().__init__(f"That is too much at once: wait {seconds} s, then send it again.")
        self.headers = {"Retry-After": str(seconds)}


class Limit:
    """Counts by caller: each has `rate.at_once` to spend, and gets one back after each `every`."""

    def __init__(self, rate: Rate, now: Callable[[], datetime]) -> None:
        self._rate = rate
        self._now = now
        self._free_at: OrderedDict[Any, datetime] = OrderedDict()

    def take(self, caller: str) -> None:
        """Count one more. Raises `TooMany` with how long to wait."""
        now = self._now()
        free_at = max(self._free_at.get(caller, now), now) + self._rate.every
        wait = free_at - now - self._rate.at_once * self._rate.every
        if wait > timedelta(0):
            raise TooMany(wait)
        self._free_at[caller] = free_at
        self._free_at.move_to_end(caller)
        while len(self._free_at) > MOST_KEPT:
            self._free_at.popitem(last=False)

    def __len__(self) -> int:
        return len(self._free_at)
