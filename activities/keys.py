"""The end of a patient's key: without it nothing of the record can be read again."""

from collections.abc import Awaitable, Callable

from activities.contracts import EffectRequest
from activities.ports import DONE, Impossible, Settled
from eventstore.errors import NotEncrypted
from eventstore.store import EventStore

Forget = Callable[[str], Awaitable[None]]
"""Removes what was kept of an entity outside the log. May be repeated at will."""


class KeyDestruction:
    """Destroys keys, after whatever else knows the entity has forgotten it. Idempotent."""

    def __init__(self, store: EventStore, *forgetting: Forget) -> None:
        self._store = store
        self._forgetting = forgetting

    async def perform(self, request: EffectRequest) -> Settled:
        """What was recorded in clear stays: that is final, and said so."""
        for forget in self._forgetting:
            await forget(request.entity_id)
        try:
            await self._store.destroy_key(request.entity_id)
        except NotEncrypted:
            raise Impossible("not_encrypted") from None
        return DONE
