"""The streams that pages look at, decoded and folded once: a further look reads what came since.

Each look asks the log for what lies beyond the version known, so nothing is ever stale. What was
read is forgotten some minutes after the last look, and at once when the record is given up: then
the stream is read anew, without what was erased.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request

from domain.deciders import decider_of
from domain.events import registry
from domain.events.envelope import RecordedEvent
from domain.fold import Folded, start, step
from eventstore.store import EventStore

IDLE = timedelta(minutes=10)
"""A stream that nobody looks at for so long is forgotten."""

MOST_EVENTS = 30_000
"""Events that are known at once: some forty pathways of eighteen months, in about 60 MB."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An entity's events in order, and what they come to."""

    events: list[RecordedEvent]
    folded: Folded[Any]


@dataclass(frozen=True, slots=True)
class _Known:
    stream: Stream
    looked_at: datetime


class Streams:
    """The streams that this process has looked at lately."""

    def __init__(self, store: EventStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._known: dict[str, _Known] = {}

    async def of(self, entity_id: str) -> Stream:
        """The entity as its stream is now; without events if there is none. As `read_stream`."""
        known = self._known.get(entity_id)
        before = known.stream if known else Stream([], start(decider_of(entity_id)))
        further = await self._store.read_stream(entity_id, before.folded.version)
        if before.events and any(registry.erases(one.type) for one in further):
            before = Stream([], start(decider_of(entity_id)))
            further = await self._store.read_stream(entity_id)
        stream = _continued(entity_id, before, further)
        self._keep(entity_id, stream)
        return stream

    async def state(self, entity_id: str) -> Any:
        """The state alone."""
        return (await self.of(entity_id)).folded.state

    def _keep(self, entity_id: str, stream: Stream) -> None:
        """Know this one as the one looked at last, and forget those that are old or too many."""
        now = self._now()
        self._known.pop(entity_id, None)
        if stream.events:
            self._known[entity_id] = _Known(stream, now)
        events = sum(len(one.stream.events) for one in self._known.values())
        for oldest, one in list(self._known.items()):
            if now - one.looked_at <= IDLE and events <= MOST_EVENTS:
                return
            del self._known[oldest]
            events -= len(one.stream.events)


def streams_of(request: Request) -> Streams:
    """The streams known to the process that answers this request."""
    streams: Streams = request.app.state.streams
    return streams


def _continued(entity_id: str, before: Stream, further: list[RecordedEvent]) -> Stream:
    """The stream after further events; the lists of others who look at it stay as they are."""
    if not further:
        return before
    decider, folded = decider_of(entity_id), before.folded
    for one in further:
        folded = step(decider, folded, one.event, one.event_id, one.programme_version)
        folded = replace(folded, version=one.version)
    return Stream([*before.events, *further], folded)
