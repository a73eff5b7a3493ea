"""The log as an audit reads it: whole streams one after the other, up to one position, in pages.

A page is read while the one before is worked on. Nothing is kept of a stream once the next begins,
so an audit of any log takes the memory of one page and one stream.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.events.envelope import RecordedEvent
from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.sql import queries_in
from eventstore.store import EventStore
from eventstore.stored import StoredEvent
from projections.follow import Until

PAGE = 2000
"""Events read at once."""

FIRST_KIND = "access."
"""Streams of the access log sort before this, those of every kind of entity after it."""

BEYOND = "~"
"""Kinds are lower-case words: no stream sorts after this."""

query = queries_in(Path(__file__).parent / "queries")

Stream = list[RecordedEvent]


@dataclass(frozen=True)
class Log:
    """What an audit reads with: `store` decodes, `pool` is where rows come from."""

    store: EventStore
    pool: Pool

    async def position(self) -> int:
        """The seq up to which everything is settled: an answer about it never changes."""
        return (await self.store.watermark()).settled_seq

    async def streams(self, until: Until, kind: str | None = None) -> AsyncIterator[Stream]:
        """Every stream of one kind or of all, in the order of their ids, as of `until`.

        A stream of which nothing counts is left out. Raises `StoreUnavailable`.
        """
        stream: Stream = []
        async for page in self._pages(until, kind):
            for event in page:
                if stream and event.stream_id != stream[0].stream_id:
                    yield stream
                    stream = []
                stream.append(event)
        if stream:
            yield stream

    async def _pages(self, until: Until, kind: str | None) -> AsyncIterator[Stream]:
        after = (f"{kind}-" if kind else FIRST_KIND, 0)
        end = f"{kind}." if kind else BEYOND
        reading = asyncio.create_task(self._rows(after, end, until))
        try:
            while rows := await reading:
                after = (rows[-1].stream_id, rows[-1].version)
                reading = asyncio.create_task(self._rows(after, end, until))
                yield await self.store.decode_all(rows)
        finally:
            reading.cancel()

    async def _rows(self, after: tuple[str, int], end: str, until: Until) -> Sequence[StoredEvent]:
        with store_errors():
            return await self.pool.fetch(
                query("events_of_streams"),
                *after,
                end,
                until.seq,
                until.effective,
                until.known,
                PAGE,
                record_class=StoredEvent,
            )
