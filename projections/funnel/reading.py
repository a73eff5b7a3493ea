"""Reading the funnel: plain SQL, past the domain. Every share says of how many it is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from eventstore.connect import Pool
from projections.funnel.journey import StayRow
from projections.funnel.view import FUNNEL, query
from projections.outcomes.statistics import Share, share_of
from projections.tables import looking_into


@dataclass(frozen=True, slots=True)
class Converted:
    """Of those referred in a month, the share that has entered a phase so far.

    `moved_on` went on to another phase, `still_there` are in it now; a recent month is not
    over: those referred in it may still come.
    """

    month: date
    phase: str
    entered: Share
    moved_on: int
    still_there: int


@dataclass(frozen=True, slots=True)
class PhaseNow:
    """How many are in a phase now, and for how many days so far."""

    phase: str
    pathways: int
    median_days: float
    longest_days: float


@dataclass(frozen=True, slots=True)
class TimeInPhase:
    """How many left a phase with an outcome; `quartiles` are of the days that they spent in it."""

    phase: str
    outcome: str
    n: int
    quartiles: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class WaitingNow:
    """Who waits for a kind of group, how long so far, and how long others waited for a seat.

    The days are medians, absent where nobody is counted.
    """

    group_kind: str
    waiting: int
    median_days_so_far: float | None
    longest_days_so_far: float | None
    seated: int
    median_days_to_seat: float | None


async def read_conversion(
    pool: Pool,
    programme: str,
    since: datetime,
    before: datetime,
    zone: str,
    *,
    schema: str = FUNNEL.schema,
) -> list[Converted]:
    """By month of referral in a zone, each phase's share. `programme` is without its version."""
    rows = await _rows(pool, schema, "conversion", programme, since, before, zone)
    return [
        Converted(
            month=row["month"],
            phase=row["phase"],
            entered=share_of(row["entered"], row["referred"]),
            moved_on=row["moved_on"],
            still_there=row["still_there"],
        )
        for row in rows
    ]


async def read_phases_now(
    pool: Pool, programme: str, now: datetime, *, schema: str = FUNNEL.schema
) -> list[PhaseNow]:
    """Every phase in which somebody is. Raises `ViewAbsent`, `StoreUnavailable`."""
    rows = await _rows(pool, schema, "phases_now", programme, now)
    return [PhaseNow(**dict(row)) for row in rows]


async def read_times(
    pool: Pool, programme: str, since: datetime, *, schema: str = FUNNEL.schema
) -> list[TimeInPhase]:
    """Of the stays that ended from an instant on. Raises `ViewAbsent`, `StoreUnavailable`."""
    rows = await _rows(pool, schema, "times", programme, since)
    return [TimeInPhase(**{**dict(row), "quartiles": tuple(row["quartiles"])}) for row in rows]


async def read_waiting(
    pool: Pool, programme: str, now: datetime, since: datetime, *, schema: str = FUNNEL.schema
) -> list[WaitingNow]:
    """Waiting times now, and of the waits that ended from `since` on."""
    rows = await _rows(pool, schema, "waiting", programme, now, since)
    return [WaitingNow(**dict(row)) for row in rows]


async def read_stays(pool: Pool, pathway_id: str, *, schema: str = FUNNEL.schema) -> list[StayRow]:
    """The stays of one pathway in their order: the phase marks of its charts."""
    rows = await _rows(pool, schema, "stays_of", pathway_id)
    return [StayRow(**dict(row)) for row in rows]


async def _rows(pool: Pool, schema: str, name: str, *arguments: object) -> Sequence[asyncpg.Record]:
    async with looking_into(pool, schema) as connection:
        return await connection.fetch(query(name), *arguments)
