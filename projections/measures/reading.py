"""Reading the measures: plain SQL, past the domain. A count is never without its n."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from eventstore.connect import Pool
from projections.measures.rows import MeasureRow
from projections.measures.view import MEASURES, query
from projections.outcomes.statistics import Share, share_of
from projections.tables import looking_into


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of due measures ended: its last row."""

    due_at: datetime
    pathway_id: str
    measure: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of patients' first scores of a measure by their latest: reliable change.

    `n` have a first score and a later one. `improved` (recovered ones among them), `recovered`,
    `unchanged` and `deteriorated` are shares of those for whom the measure has a threshold;
    `below_cut_off` of those who began at or above it; `responded` of those who could.
    """

    measure: str
    n: int
    improved: Share
    recovered: Share
    unchanged: Share
    deteriorated: Share
    below_cut_off: Share
    responded: Share


async def read_measures(
    pool: Pool, pathway_id: str, measure: str | None = None, *, schema: str = MEASURES.schema
) -> list[MeasureRow]:
    """Everything of one pathway, for its charts: by measure, and in order of time.

    Raises `ViewAbsent`, `StoreUnavailable`.
    """
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("of_pathway"), pathway_id, measure)
    return [_row(row) for row in rows]


async def read_due(
    pool: Pool,
    *,
    limit: int,
    overdue_only: bool = False,
    after: Place | None = None,
    schema: str = MEASURES.schema,
) -> list[MeasureRow]:
    """At most `limit` measures that wait for an answer, the longest due first."""
    place = (after.due_at, after.pathway_id, after.measure) if after else (None, None, None)
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("due"), overdue_only, *place, limit)
    return [_row(row) for row in rows]


async def read_changes(
    pool: Pool, programme: str | None = None, *, schema: str = MEASURES.schema
) -> list[Changed]:
    """By measure, over all patients or those of a programme (its name without the version)."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("latest_change"), programme)
    return [_changed(row) for row in rows]


async def read_changes_within(
    pool: Pool,
    programme: str,
    since: datetime,
    until: datetime,
    *,
    schema: str = MEASURES.schema,
) -> list[Changed]:
    """The same by the latest scores that were taken from `since` to before `until`."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("changed_within"), programme, since, until)
    return [_changed(row) for row in rows]


def _changed(row: asyncpg.Record) -> Changed:
    return Changed(
        measure=row["measure"],
        n=row["n"],
        improved=share_of(row["improved"], row["judged"]),
        recovered=share_of(row["recovered"], row["judged"]),
        unchanged=share_of(row["unchanged"], row["judged"]),
        deteriorated=share_of(row["deteriorated"], row["judged"]),
        below_cut_off=share_of(row["below_cut_off"], row["cases_at_first"]),
        responded=share_of(row["responded"], row["could_respond"]),
    )


def _row(row: asyncpg.Record) -> MeasureRow:
    return MeasureRow(
        **{**dict(row), "findings": tuple(row["findings"]), "flags": tuple(row["flags"])}
    )
