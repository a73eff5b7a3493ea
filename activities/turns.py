"""Attempts within an entity's own turn: a few at a time, and none while the other side is slow.

Whoever is attempted for holds one of the places in which appends are made too. What finds no turn
is declined before it has begun, and is performed by an ordinary activity.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from activities.ports import Impossible

AT_A_TIME = 8
"""Of the 100 places for local activities that a worker has."""

SLOW = 1.0
"""An attempt that takes longer, in seconds, says that the next one might too."""

REST = 60.0
"""So long, in seconds, nothing is attempted at once after a slow attempt, or one that failed."""


class NoTurn(Exception):
    """Nothing was attempted: the other side is slow or down, or enough attempts are under way."""


class Turns:
    """The turns of one port. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: dict[object, float] = {}
        self._rests_until: float | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A turn for one attempt. Raises `NoTurn`."""
        begun = self._clock()
        if not self._is_free(begun):
            raise NoTurn
        turn = object()
        self._begun[turn] = begun
        failed = True
        try:
            yield
            failed = False
        except Impossible:
            failed = False  # the other side answered: it is this effect that it will not have
            raise
        finally:
            del self._begun[turn]
            ended = self._clock()
            if failed or ended - begun > SLOW:
                self._rests_until = ended + REST

    def _is_free(self, now: float) -> bool:
        rested = self._rests_until is None or now >= self._rests_until
        held_up = any(now - begun > SLOW for begun in self._begun.values())
        return rested and not held_up and len(self._begun) < AT_A_TIME
