"""What one copy of a view remembers of its latest batches, so that it need not be read again."""

from collections.abc import Iterable, Mapping

from domain.events.envelope import RecordedEvent
from projections.folded.batch import NOTHING, Shown

MOST = 4000
"""Entities that one copy remembers at most: the ones that it met last."""


class Memory:
    """Entities by id, as they are after one of their events.

    Whatever became of the batch that they come from: a state after event number n is right for
    event number n + 1 and for no other, so nobody has to tell a memory what was written.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._met: dict[str, Shown] = {}

    def before(self, events: Iterable[RecordedEvent]) -> dict[str, Shown]:
        """The entities of these events that are remembered just as they were before them."""
        first = {one.stream_id: one.version for one in reversed(list(events))}
        return {
            entity_id: met
            for entity_id, version in first.items()
            if (met := self._met.get(entity_id, NOTHING)).folding
            and met.folding.version == version - 1
        }

    def keep(self, after: Mapping[str, Shown]) -> None:
        """Remember these entities, and forget those met longest ago."""
        for entity_id, met in after.items():
            self._met.pop(entity_id, None)
            if met.folding:
                self._met[entity_id] = met
        for entity_id in list(self._met)[: max(0, len(self._met) - self._most)]:
            del self._met[entity_id]
