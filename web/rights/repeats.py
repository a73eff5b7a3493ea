"""The same again and again: told once, and how often it was repeated when a sitting is over.

So whoever tries the same in a loop fills neither the log nor the memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

ONE_SITTING = timedelta(minutes=10)
"""Repeats within so long are told together."""

MOST = 2_000
"""What is remembered as told; beyond that, all repeats are told and forgotten."""

T = TypeVar("T")


@dataclass(slots=True)
class _Told:
    at: datetime
    last: datetime
    repeats: int = 0


class Repeats(Generic[T]):
    """What was told within a sitting, and how often it was repeated since."""

    def __init__(self) -> None:
        self._told: dict[T, _Told] = {}

    def is_new(self, one: T, now: datetime) -> bool:
        """Whether it has to be told now; if not, it is counted."""
        told = self._told.get(one)
        if told is None:
            self._told[one] = _Told(now, now)
            return True
        told.repeats += 1
        told.last = now
        return False

    def over(self, now: datetime | None = None) -> Iterator[tuple[T, datetime, int]]:
        """Forget the sittings that are over, or all without `now`; tell what was repeated in them.

        Each with the time of the last repeat, and how many there were.
        """
        everything = now is None or len(self._told) >= MOST
        for one, told in list(self._told.items()):
            if everything or now is None or now - told.at >= ONE_SITTING:
                del self._told[one]
                if told.repeats:
                    yield one, told.last, told.repeats
