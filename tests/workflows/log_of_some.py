"""A log that stands in the way of some: away, out of reach, or written to by somebody else."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from domain.events.envelope import NewEvent, RecordedEvent
from eventstore.errors import VersionConflict
from eventstore.store import Appended, EventStore


class LogOfSome:
    """In front of a log, stream by stream.

    Those that are `away` take no events. So many appends of a `contested` type of event find that
    somebody else has written. The next read of an `unread` stream hangs until it is cut off, and
    so many after it fail; it is `readable` again then.
    """

    def __init__(self, store: EventStore) -> None:
        self._append, self._read = store.append, store.read_stream
        self.away: set[str] = set()
        self.contested: Counter[str] = Counter()
        self.unread: dict[str, int] = {}
        self.readable = asyncio.Event()
        self._cut_off = False

    async def append(
        self, stream_id: str, expected_version: int, events: Sequence[NewEvent]
    ) -> Appended:
        if stream_id in self.away:
            raise OSError("the log is away")
        if self.contested[events[0].type]:
            self.contested[events[0].type] -= 1
            raise VersionConflict(stream_id, expected_version, expected_version + 1)
        return await self._append(stream_id, expected_version, events)

    async def read_stream(self, stream_id: str, after_version: int = 0) -> list[RecordedEvent]:
        if stream_id in self.unread:
            await self._stand_in_the_way(stream_id)
        return await self._read(stream_id, after_version)

    async def _stand_in_the_way(self, stream_id: str) -> None:
        if not self._cut_off:
            self._cut_off = True
            await asyncio.Event().wait()
        self.unread[stream_id] -= 1
        if not self.unread[stream_id]:
            del self.unread[stream_id]
            self.readable.set()
        raise OSError("the log is out of reach")
