"""Reading the sessions: plain SQL, past the domain."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eventstore.connect import Pool
from projections.sessions.session import Session
from projections.sessions.view import SESSIONS, query
from projections.tables import looking_into


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the last row's session."""

    held_at: datetime
    pathway_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Attended:
    """How many sessions of a kind ended with an attendance."""

    kind: str
    attendance: str
    sessions: int


@dataclass(frozen=True, slots=True)
class AttendedInPhase:
    """How sessions of a kind in a phase were attended; `late` are among the `present`.

    `pathways` is of how many patients they were.
    """

    phase: str
    kind: str
    pathways: int
    present: int
    late: int
    missed: int
    excused: int


LATEST = Place(datetime.max.replace(tzinfo=UTC), "", 0)


async def sessions_of_pathway(
    pool: Pool,
    pathway_id: str,
    *,
    limit: int,
    after: Place = LATEST,
    schema: str = SESSIONS.schema,
) -> list[Session]:
    """At most `limit` sessions of a pathway, the latest first, after a place.

    `schema` is that of another copy, to read them as of an instant. Raises `ViewAbsent`,
    `StoreUnavailable`.
    """
    place = (after.held_at, after.version)
    return await _fetch(pool, schema, "of_pathway", pathway_id, *place, limit)


async def sessions_of_group(
    pool: Pool, group_id: str, number: int, *, schema: str = SESSIONS.schema
) -> list[Session]:
    """What was recorded of each member of one session of a group. Raises as above."""
    return await _fetch(pool, schema, "of_group", group_id, number)


async def sessions_between(
    pool: Pool,
    since: datetime,
    until: datetime,
    *,
    limit: int,
    after: Place | None = None,
    schema: str = SESSIONS.schema,
) -> list[Session]:
    """At most `limit` sessions held from `since` to before `until`, in order. Raises as above."""
    place = after or Place(since, "", 0)
    marks = (place.held_at, place.pathway_id, place.version)
    return await _fetch(pool, schema, "between", until, *marks, limit)


async def attendance_between(
    pool: Pool, since: datetime, until: datetime, *, schema: str = SESSIONS.schema
) -> list[Attended]:
    """How often each attendance was recorded from `since` to before `until`. Raises as above."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("attendance"), since, until)
    return [Attended(**row) for row in rows]


async def attendance_within(
    pool: Pool,
    programme: str,
    since: datetime,
    until: datetime,
    *,
    schema: str = SESSIONS.schema,
) -> list[AttendedInPhase]:
    """The attendance of a programme, named without its version, by phase and kind of session."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("attended_within"), programme, since, until)
    return [AttendedInPhase(**row) for row in rows]


async def _fetch(pool: Pool, schema: str, name: str, *arguments: Any) -> list[Session]:
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query(name), *arguments)
    return [Session(**{**row, "clinicians": tuple(row["clinicians"])}) for row in rows]
