"""Computing a report: from streams in one pass, or from a view behind a cursor."""

from collections.abc import AsyncIterator
from pathlib import Path

from audit.elsewhere import Elsewhere
from audit.log import Log
from audit.reports.report import Asked, Cells, Computed, OfStreams, OfView, Report
from eventstore.sql import queries_in
from projections.checkpoint import checkpoint_of
from projections.errors import ViewAbsent
from projections.follow import Until
from projections.tables import looking_into
from projections.views import view_named

AT_ONCE = 500
"""Rows of a view fetched at once."""

query = queries_in(Path(__file__).parent / "queries")


async def computed(report: Report, log: Log, asked: Asked) -> Computed:
    """A report, to be read once. Raises `ViewAbsent`, `StoreUnavailable`."""
    match report.source:
        case OfStreams():
            position = await log.position()
            return Computed(position, _of_streams(report.source, log, asked, position))
        case OfView():
            return await _of_view(report.source, log, asked)


async def _of_streams(
    source: OfStreams, log: Log, asked: Asked, position: int
) -> AsyncIterator[Cells]:
    elsewhere = Elsewhere(log)
    for kind in source.kinds:
        async for stream in log.streams(Until(seq=position), kind):
            label = next((one.programme_version for one in reversed(stream)), None)
            for row in source.rows(stream, await elsewhere.definition(label), asked):
                yield row


async def _of_view(source: OfView, log: Log, asked: Asked) -> Computed:
    """The position is read first: what the view takes in meanwhile only adds to the rows."""
    view = view_named(source.view)
    checkpoint = await checkpoint_of(log.pool, view.schema)
    if checkpoint is None:
        raise ViewAbsent(view.name)

    async def rows() -> AsyncIterator[Cells]:
        async with looking_into(log.pool, view.schema) as connection:
            cursor = connection.cursor(
                query(source.name),
                asked.of,
                asked.since,
                asked.before,
                checkpoint.seq,
                prefetch=AT_ONCE,
            )
            async for row in cursor:
                yield tuple(row.values())

    return Computed(checkpoint.seq, rows())
