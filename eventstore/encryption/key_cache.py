"""Keys that were unwrapped lately: few, and not for long."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from eventstore.encryption.data_key import DataKey

LASTS = timedelta(minutes=5)
"""How long a key stays in memory after it was unwrapped, used or not."""

AT_MOST = 5_000


@dataclass(frozen=True, slots=True)
class _Held:
    key: DataKey
    stream_id: str
    until: float


class KeyCache:
    """At most `at_most` keys, each for `lasts` and no longer; the oldest gives way first.

    `clock` counts seconds and never goes back.
    """

    def __init__(
        self,
        at_most: int = AT_MOST,
        lasts: timedelta = LASTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_most = at_most
        self._lasts = lasts.total_seconds()
        self._clock = clock
        # All last equally long, so the order in which they came is the order in which they go.
        self._held: OrderedDict[UUID, _Held] = OrderedDict()
        self._of_stream: dict[str, UUID] = {}

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key_id: UUID) -> DataKey | None:
        """The key, if it is held still."""
        self.drop_expired()
        held = self._held.get(key_id)
        return held.key if held else None

    def of_stream(self, stream_id: str) -> DataKey | None:
        """The stream's key, if it is held still."""
        key_id = self._of_stream.get(stream_id)
        return self.get(key_id) if key_id else None

    def put(self, stream_id: str, key: DataKey) -> None:
        """Hold a key that was unwrapped now."""
        self.drop_expired()
        self.forget(stream_id)
        while len(self._held) >= self._at_most:
            self._drop_oldest()
        self._held[key.key_id] = _Held(key, stream_id, self._clock() + self._lasts)
        self._of_stream[stream_id] = key.key_id

    def forget(self, stream_id: str) -> None:
        """Let go of a stream's key now."""
        key_id = self._of_stream.pop(stream_id, None)
        if key_id:
            del self._held[key_id]

    def drop_expired(self) -> float | None:
        """Let go of what has had its time; in how many seconds the next one will have."""
        now = self._clock()
        while self._held:
            oldest = next(iter(self._held.values()))
            if oldest.until > now:
                return oldest.until - now
            self._drop_oldest()
        return None

    def _drop_oldest(self) -> None:
        _, oldest = self._held.popitem(last=False)
        del self._of_stream[oldest.stream_id]
