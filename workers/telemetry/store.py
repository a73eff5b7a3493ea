"""The log, observed: every append is timed, counted and traced where it leaves the process."""

from collections.abc import Sequence
from uuid import UUID

from opentelemetry.trace import Link

from domain.events.envelope import NewEvent
from eventstore.cipher import Cipher
from eventstore.connect import Pool
from eventstore.errors import VersionConflict
from eventstore.store import Appended, EventStore
from workers.telemetry.metrics import timed
from workers.telemetry.spans import correlation_of, here, span_of, trace_of, within
from workers.telemetry.telemetry import Telemetry


class ObservedStore(EventStore):
    """The log as a process uses it that is watched."""

    def __init__(self, pool: Pool, cipher: Cipher, telemetry: Telemetry) -> None:
        super().__init__(pool, cipher)
        self._metrics, self._tracer = telemetry.metrics, telemetry.tracer

    async def append(
        self, stream_id: str, expected_version: int, events: Sequence[NewEvent]
    ) -> Appended:
        """Append, as the log itself does it."""
        links = [Link(trace_of(one)) for one in _correlations(events)]
        with span_of(self._tracer, "append", links=links) as span:
            appended = await self._timed(stream_id, expected_version, events)
            span.set_attribute("carepath.events", len(appended.seqs))
            span.set_attribute("carepath.repeated", appended.repeated)
            if span.is_recording():
                self._mark(events)
        return appended

    def _mark(self, events: Sequence[NewEvent]) -> None:
        """Leave a span where the views' spans will be, which leads back to the present one."""
        for one in _correlations(events):
            self._tracer.start_span("appended", within(one), links=here()).end()

    async def _timed(
        self, stream_id: str, expected_version: int, events: Sequence[NewEvent]
    ) -> Appended:
        with timed(self._metrics.append_seconds) as outcome:
            try:
                appended = await super().append(stream_id, expected_version, events)
            except VersionConflict:
                outcome.word = "conflict"
                self._metrics.conflicts.inc()
                raise
            outcome.word = "repeated" if appended.repeated else "written"
        if not appended.repeated:
            self._metrics.events.inc(len(appended.seqs))
        return appended


def _correlations(events: Sequence[NewEvent]) -> set[UUID]:
    return {correlation_of(event.origin) for event in events}
