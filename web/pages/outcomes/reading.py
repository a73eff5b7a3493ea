"""Reading what the outcomes are made of: views only, one query a figure."""

from datetime import datetime
from pathlib import Path

from domain.programmes.definition import Definition
from eventstore.connect import Pool
from projections.funnel.reading import read_conversion, read_times
from projections.measures.reading import Changed
from projections.measures.view import MEASURES
from projections.outcomes.reading import (
    AttendanceRate,
    read_endings,
    read_retention,
)
from projections.outcomes.statistics import share_of
from projections.sessions.view import SESSIONS
from projections.sql import queries_in
from projections.tables import looking_into
from web.pages.outcomes.attending import attendance
from web.pages.outcomes.changing import SHOWN, change
from web.pages.outcomes.figures import Figure
from web.pages.outcomes.funnel import conversion, times
from web.pages.outcomes.staying import endings, retention

query = queries_in(Path(__file__).parent / "queries")

OF = {
    "improved": "judged",
    "recovered": "judged",
    "unchanged": "judged",
    "deteriorated": "judged",
    "below_cut_off": "cases_at_first",
    "responded": "could_respond",
}
"""Of how many each share of a change is one, by the columns' names."""


async def figures(
    pool: Pool, programme: Definition, since: datetime, now: datetime
) -> list[Figure]:
    """Every figure of a programme. Raises `ViewAbsent`, `StoreUnavailable`."""
    name = programme.id
    return [
        conversion(programme, await read_conversion(pool, name, since, now, programme.zone)),
        times(programme, await read_times(pool, name, since)),
        retention(await read_retention(pool, since, now, name)),
        endings(await read_endings(pool, since, now, name)),
        change(programme, await _changed(pool, name, since, now)),
        attendance(programme, await _attended(pool, name, since, now)),
    ]


async def _changed(pool: Pool, programme: str, since: datetime, now: datetime) -> list[Changed]:
    async with looking_into(pool, MEASURES.schema) as connection:
        rows = await connection.fetch(query("changed"), programme, since, now)
    return [
        Changed(
            measure=row["measure"],
            n=row["n"],
            **{name: share_of(row[name], row[OF[name]]) for name, _ in SHOWN},
        )
        for row in rows
    ]


async def _attended(
    pool: Pool, programme: str, since: datetime, now: datetime
) -> list[AttendanceRate]:
    async with looking_into(pool, SESSIONS.schema) as connection:
        rows = await connection.fetch(query("attended"), programme, since, now)
    return [
        AttendanceRate(
            phase=row["phase"],
            kind=row["kind"],
            pathways=row["pathways"],
            sessions=share_of(row["present"], row["present"] + row["missed"]),
            late=row["late"],
            excused=row["excused"],
        )
        for row in rows
    ]
