"""What one copy of a view remembers of its latest batches, so that it need not be read again."""

from collections.abc import Iterable, Mapping

from projections.folded.batch import Shown

MOST = 4000
"""Entities that one copy remembers at most: the ones that it met last."""


class Memory:
    """Entities by id, as the latest batch of the copy that had events of them left them."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._met: dict[str, Shown] = {}

    def of(self, entity_ids: Iterable[str]) -> dict[str, Shown]:
        """Those of these entities that are remembered."""
        return {one: met for one in entity_ids if (met := self._met.get(one))}

    def keep(self, after: Mapping[str, Shown]) -> None:
        """Remember these entities, and forget those met longest ago."""
        for entity_id, met in after.items():
            self._met.pop(entity_id, None)
            self._met[entity_id] = met
        for entity_id in list(self._met)[: max(0, len(self._met) - self._most)]:
            del self._met[entity_id]
