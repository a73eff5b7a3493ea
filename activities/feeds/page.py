"""A page of settled events for one receiver: what it is told, and of which patients."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from activities.feeds.envelope import ERASED, WITHHELD, Content, Json, Sight, cloud_event
from activities.feeds.subscription import query
from domain.events import registry
from domain.events.envelope import RecordedEvent
from domain.events.erased import ContentErased
from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.store import EventStore
from eventstore.stored import StoredEvent

STRETCH = 10_000
"""Numbers of the log that are looked through at once: a rare type does not mean a long query."""

EVERYTHING: tuple[str, ...] = ()

_PATHWAY = re.compile(r"pathway-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a receiver gets it; `pathways` are those of whom its content says something."""

    seq: int
    event_id: str
    event: Json
    pathways: frozenset[str]

    @property
    def body(self) -> bytes:
        """The same bytes at every try."""
        return json.dumps(self.event, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Page:
    """Events in order. Between the page before and `reached` there are no others."""

    told: tuple[Told, ...]
    reached: int

    @property
    def pathways(self) -> frozenset[str]:
        return frozenset().union(*(one.pathways for one in self.told))


@dataclass(frozen=True)
class Feed:
    """The settled log as one receiver is told of it, of the event types `types`."""

    pool: Pool
    store: EventStore
    sight: Sight
    types: Sequence[str] = EVERYTHING

    async def page(self, after: int, limit: int, among: Sequence[str] = EVERYTHING) -> Page:
        """At most `limit` events above the seq `after`, of the types `among`; an empty page ends.

        Raises `StoreUnavailable`, and what `EventStore.decode_all` raises.
        """
        settled = (await self.store.watermark()).settled_seq
        until = min(settled, after + STRETCH)
        with store_errors():
            rows = await self.pool.fetch(
                query("page"), after, until, self.types, among, limit, record_class=StoredEvent
            )
        reached = rows[-1].seq if len(rows) == limit else max(after, until)
        return Page(tuple(await self._told(rows)), reached)

    async def _told(self, rows: Sequence[StoredEvent]) -> list[Told]:
        """Only what the receiver may see is decrypted."""
        seen = [row for row in rows if self.sight.may_see(row.stream_id, row.type)]
        decoded = {one.seq: one for one in await self.store.decode_all(seen)}
        source = await self._source() if rows else ""
        return [await self._one(row, decoded.get(row.seq), source) for row in rows]

    async def _one(self, row: StoredEvent, decoded: RecordedEvent | None, source: str) -> Told:
        content = self._content(row, decoded)
        whom = await self._whom(row, content) if content.data is not None else frozenset()
        event = cloud_event(row, source, content)
        return Told(row.seq, str(row.event_id), event, whom)

    def _content(self, row: StoredEvent, decoded: RecordedEvent | None) -> Content:
        if decoded is None:
            return WITHHELD
        if isinstance(decoded.event, ContentErased):
            return ERASED
        whole = json.loads(registry.write(decoded.event))
        visible = self.sight.visible(row.stream_id, whole)
        return Content("whole" if visible == whole else "partly", visible)

    async def _whom(self, row: StoredEvent, content: Content) -> frozenset[str]:
        """The patients of an event: those it names, and the one whom its stream is about."""
        named = json.dumps([row.stream_id, content.data])
        if row.stream_id.startswith(("escalation-", "request-")):
            named += await self._beginning(row.stream_id)
        return frozenset(_PATHWAY.findall(named))

    async def _beginning(self, stream_id: str) -> str:
        """What an escalation or a request began with: it names its patient, unless erased."""
        first = (await self.store.read_stream(stream_id))[0].event
        return "" if isinstance(first, ContentErased) else registry.write(first)

    async def _source(self) -> str:
        """Which log it is, by its first event: the same after a restore or a copy."""
        with store_errors():
            return f"urn:carepath:log:{await self.pool.fetchval(query('source'))}"
