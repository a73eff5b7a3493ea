"""Turns: how many commands to one entity may be under way at once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from workflows.client import Busy

AT_ONCE = 8
"""Temporal takes ten updates of a workflow at once, and its client hides what happens beyond."""


class Turns:
    """Counts the commands under way, so that one too many is told at once to come again."""

    def __init__(self) -> None:
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def taken(self, entity_id: str) -> Iterator[None]:
        """One of the entity's turns. Raises `Busy` if all are taken."""
        if self._under_way[entity_id] >= AT_ONCE:
            raise Busy("too many commands to this entity are under way")
        self._under_way[entity_id] += 1
        try:
            yield
        finally:
            self._under_way[entity_id] -= 1
            if not self._under_way[entity_id]:
                del self._under_way[entity_id]
