"""Reading the outcomes: plain SQL, past the domain; then the statistics, with n always."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from domain.events.endings import DischargeReason
from eventstore.connect import Pool
from projections.outcomes.rows import ScoresRow
from projections.outcomes.statistics import Observed, Retention, Share, retention, share_of
from projections.outcomes.view import OUTCOMES, query
from projections.tables import looking_into

DROPPED_OUT: frozenset[DischargeReason] = frozenset({"patient_withdrew", "lost_to_contact"})
"""The reasons of a discharge that count as leaving. Whoever completes was there to the end, and
whoever is transferred, moves or dies did not choose to leave: they are last watched then."""


@dataclass(frozen=True, slots=True)
class Endings:
    """How many treatments ended for a reason; without one they go on. A share of all begun."""

    ended_for: str | None
    pathways: Share


@dataclass(frozen=True, slots=True)
class AttendanceRate:
    """Of the sessions of a kind in a phase that were neither cancelled nor excused, those attended.

    `sessions.n` are sessions of `pathways` patients: not independent of each other, so that the
    interval is too narrow rather than too wide. `late` are among those attended.
    """

    phase: str
    kind: str
    pathways: int
    sessions: Share
    late: int
    excused: int


async def read_retention(
    pool: Pool,
    since: datetime,
    now: datetime,
    programme: str | None = None,
    counted: frozenset[DischargeReason] = DROPPED_OUT,
    *,
    schema: str = OUTCOMES.schema,
) -> Retention:
    """How many weeks those stay in treatment who began from `since` on, as known at `now`.

    Raises `ViewAbsent`, `StoreUnavailable`.
    """
    rows = await _rows(pool, schema, "watched", programme, since, now)
    return retention(Observed(row["weeks"], row["ended_for"] in counted) for row in rows)


async def read_endings(
    pool: Pool,
    since: datetime,
    now: datetime,
    programme: str | None = None,
    *,
    schema: str = OUTCOMES.schema,
) -> list[Endings]:
    """How the treatments that began from `since` on have ended by `now`, the commonest first."""
    rows = await _rows(pool, schema, "endings", programme, since, now)
    begun = sum(row["pathways"] for row in rows)
    return [Endings(row["ended_for"], share_of(row["pathways"], begun)) for row in rows]


async def read_attendance(
    pool: Pool, programme: str | None = None, *, schema: str = OUTCOMES.schema
) -> list[AttendanceRate]:
    """The share of sessions attended, by phase and kind. Raises `ViewAbsent`."""
    rows = await _rows(pool, schema, "attended", programme)
    return [_rate(row) for row in rows]


async def read_first_and_last(
    pool: Pool, measure: str, programme: str | None = None, *, schema: str = OUTCOMES.schema
) -> list[ScoresRow]:
    """Each patient's first and latest score of a measure."""
    rows = await _rows(pool, schema, "first_and_last", measure, programme)
    return [ScoresRow(**dict(row)) for row in rows]


def _rate(row: asyncpg.Record) -> AttendanceRate:
    present, missed = row["present"] or 0, row["missed"] or 0
    return AttendanceRate(
        phase=row["phase"],
        kind=row["kind"],
        pathways=row["pathways"],
        sessions=share_of(present, present + missed),
        late=row["late"] or 0,
        excused=row["excused"] or 0,
    )


async def _rows(pool: Pool, schema: str, name: str, *arguments: object) -> Sequence[asyncpg.Record]:
    async with looking_into(pool, schema) as connection:
        return await connection.fetch(query(name), *arguments)
