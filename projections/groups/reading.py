"""Reading the groups: plain SQL, past the domain."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from eventstore.connect import Pool
from projections.groups.rows import GroupRow, GroupSessionRow, SeatRow
from projections.groups.view import GROUPS, query
from projections.tables import looking_into


@dataclass(frozen=True, slots=True)
class ListedGroup(GroupRow):
    """A group, with the instant at which it next meets, as far as that is planned."""

    next_session_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seat(SeatRow):
    """A seat with its patient's name, and when their treatment is planned to end."""

    patient_name: str | None
    leaves_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of sessions ended."""

    starts_at: datetime
    group_id: str
    number: int


LATEST = Place(datetime.max.replace(tzinfo=UTC), "", 0)


async def list_groups(
    pool: Pool,
    now: datetime,
    *,
    status: str = "open",
    limit: int,
    after: str = "",
    schema: str = GROUPS.schema,
) -> list[ListedGroup]:
    """At most `limit` groups of a status by their ids, which begin after `after`.

    `schema` is that of another copy, to read the groups as of an instant. Raises `ViewAbsent`,
    `StoreUnavailable`.
    """
    rows = await _fetch(pool, schema, "list", now, status, after, limit)
    return [ListedGroup(**_tuples(row)) for row in rows]


async def all_groups(
    pool: Pool, status: str = "open", *, schema: str = GROUPS.schema
) -> list[GroupRow]:
    """Every group of a status by their ids, without their sessions. Raises as `list_groups`."""
    return [GroupRow(**_tuples(row)) for row in await _fetch(pool, schema, "named", status)]


async def groups_led_by(
    pool: Pool, now: datetime, clinician_id: str, *, schema: str = GROUPS.schema
) -> list[ListedGroup]:
    """The open groups of a facilitator. Raises as `list_groups` does."""
    rows = await _fetch(pool, schema, "led_by", now, clinician_id)
    return [ListedGroup(**_tuples(row)) for row in rows]


async def find_group(
    pool: Pool, now: datetime, group_id: str, *, schema: str = GROUPS.schema
) -> ListedGroup | None:
    """One group, or None. Raises as `list_groups` does."""
    rows = await _fetch(pool, schema, "find", now, group_id)
    return ListedGroup(**_tuples(rows[0])) if rows else None


async def seats_of_group(pool: Pool, group_id: str, *, schema: str = GROUPS.schema) -> list[Seat]:
    """The seats that are filled or kept, members first. Raises as `list_groups` does."""
    return [Seat(**row) for row in await _fetch(pool, schema, "seats_of", group_id)]


async def seats_of_pathway(
    pool: Pool, pathway_id: str, *, schema: str = GROUPS.schema
) -> list[Seat]:
    """The seats that a patient has or is offered. Raises as `list_groups` does."""
    return [Seat(**row) for row in await _fetch(pool, schema, "seats_of_pathway", pathway_id)]


async def sessions_of_group(
    pool: Pool,
    group_id: str,
    *,
    limit: int,
    after: Place = LATEST,
    schema: str = GROUPS.schema,
) -> list[GroupSessionRow]:
    """At most `limit` sessions of a group, the latest first. Raises as `list_groups` does."""
    marks = (after.starts_at, after.number)
    rows = await _fetch(pool, schema, "sessions_of", group_id, *marks, limit)
    return [GroupSessionRow(**_tuples(row)) for row in rows]


async def sessions_between(
    pool: Pool,
    since: datetime,
    until: datetime,
    *,
    limit: int,
    after: Place | None = None,
    schema: str = GROUPS.schema,
) -> list[GroupSessionRow]:
    """At most `limit` sessions of all groups that start from `since` to before `until`, in order.

    Raises as `list_groups` does.
    """
    place = after or Place(since, "", 0)
    marks = (place.starts_at, place.group_id, place.number)
    rows = await _fetch(pool, schema, "sessions_between", until, *marks, limit)
    return [GroupSessionRow(**_tuples(row)) for row in rows]


async def _fetch(pool: Pool, schema: str, name: str, *arguments: Any) -> list[asyncpg.Record]:
    async with looking_into(pool, schema) as connection:
        return await connection.fetch(query(name), *arguments)


def _tuples(row: asyncpg.Record) -> dict[str, Any]:
    """The columns, with arrays as the rows of the view have them."""
    return {name: tuple(one) if isinstance(one, list) else one for name, one in row.items()}
