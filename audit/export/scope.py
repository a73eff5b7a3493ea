"""What of the log a disclosure is about: one patient, a period, or all of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.export.errors import EventUnreadable, NothingToExport
from audit.export.sql import query
from domain.events.envelope import RecordedEvent
from domain.events.exports import ExportScope
from domain.fold import fold
from domain.pathway import PATHWAY
from eventstore.connect import Connection
from eventstore.errors import store_errors
from eventstore.reads import access_stream_of
from eventstore.seal.leaf import Row, read_rows, rows_in
from eventstore.seal.tiles import WIDTH
from eventstore.seal.tree import Sealed, index_of, numbers

BATCH = 2000
"""Events that are held at once."""

Batch = list[tuple[int, bytes]]
"""Leaves with their index in the tree, in order."""


@dataclass(frozen=True, slots=True)
class OfPatient:
    """One pathway, its escalations and requests; who read it too where `with_reads`."""

    pathway_id: str
    with_reads: bool = False

    @property
    def kind(self) -> ExportScope:
        return "patient"

    @property
    def document(self) -> dict[str, Any]:
        return {"kind": self.kind, "pathway": self.pathway_id}

    def streams(self, events: list[RecordedEvent]) -> list[str]:
        """Every stream that is about this patient alone, from the pathway's own events."""
        pathway = fold(PATHWAY, events).state
        reads = [access_stream_of(self.pathway_id)] if self.with_reads else []
        return [self.pathway_id, *pathway.escalations, *pathway.records_requests, *reads]


@dataclass(frozen=True, slots=True)
class OfPeriod:
    """From the first event that was recorded in a period to the last, without a gap.

    The period begins at `since` and ends before `until`; without them it is the whole log.
    """

    since: datetime | None = None
    until: datetime | None = None

    @property
    def kind(self) -> ExportScope:
        return "all" if self.since is None and self.until is None else "period"

    @property
    def document(self) -> dict[str, Any]:
        if self.kind == "all":
            return {"kind": self.kind}
        return {
            "kind": self.kind,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }


Scope = OfPatient | OfPeriod


async def leaves_of_streams(
    connection: Connection, streams: list[str], sealed: Sealed
) -> AsyncIterator[Batch]:
    """The sealed leaves of these streams. Raises `NothingToExport`, `EventUnreadable`."""
    copied = bytearray()

    async def collect(part: bytes) -> None:
        copied.extend(part)

    with store_errors():
        await connection.copy_from_query(
            query("leaves_of_streams"), streams, sealed.last_seq, output=collect, format="binary"
        )
    rows = rows_in(bytes(copied))
    if not rows:
        raise NothingToExport(streams[0])
    indexes = await _indexes(connection, [row.seq for row in rows])
    for begin in range(0, len(rows), BATCH):
        yield [(indexes[row.seq], _leaf(row)) for row in rows[begin : begin + BATCH]]


async def leaves_of_period(
    connection: Connection, period: OfPeriod, sealed: Sealed
) -> AsyncIterator[Batch]:
    """The sealed leaves of a period. Raises `NothingToExport`, `EventUnreadable`."""
    with store_errors():
        bounds = await connection.fetchrow(
            query("recorded_between"), period.since, period.until, sealed.last_seq
        )
    if bounds is None or bounds["first"] is None:
        raise NothingToExport("this period")
    _, index = await index_of(connection, bounds["first"])
    after = bounds["first"] - 1
    while rows := await read_rows(connection, after, bounds["last"], BATCH):
        yield [(place, _leaf(row)) for place, row in enumerate(rows, start=index)]
        after, index = rows[-1].seq, index + len(rows)


async def _indexes(connection: Connection, seqs: list[int]) -> dict[int, int]:
    """The index in the tree of each seq."""
    with store_errors():
        tiles = await connection.fetch(query("tiles_of_seqs"), seqs)
    return {
        seq: tile["index"] * WIDTH + place
        for tile in tiles
        for place, seq in enumerate(numbers(tile["seqs"]))
    }


def _leaf(row: Row) -> bytes:
    if row.leaf is None:
        raise EventUnreadable(row.seq)
    return row.leaf
