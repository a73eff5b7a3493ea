"""Reading the waitlist: what matching and the forecast are made of, as the domain's own values."""

from asyncio import to_thread
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import asyncpg
from pydantic import TypeAdapter

from domain.clinician.qualifications import Qualifications
from domain.group.state import Group
from domain.waitlist.waiting import Waiting
from eventstore.connect import Pool, fetch_one
from projections.tables import looking_into
from projections.waitlist.forecast import WEEK, Seat, Seats, Spell
from projections.waitlist.view import WAITLIST, query

MOST = 5_000
"""Groups whose JSON was read lately: few change at a time, and no patient's data is in it."""

_Staff = TypeAdapter(dict[str, Qualifications])


@dataclass(frozen=True, slots=True)
class Meeting:
    """A group as matching reads it, with what each of its facilitators may do."""

    group_id: str
    group: Group
    staff: dict[str, Qualifications]


async def read_line(pool: Pool, *, schema: str = WAITLIST.schema) -> list[Waiting]:
    """Everybody who waits and has no offer. Raises `ViewAbsent`, `StoreUnavailable`."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("line"))
    return [Waiting.model_validate_json(row["place"]) for row in rows]


async def read_meetings(pool: Pool, *, schema: str = WAITLIST.schema) -> list[Meeting]:
    """Every open group. Raises `ViewAbsent`, `StoreUnavailable`.

    Two thousand groups take a second to decode at first: in a thread, so that others go on.
    """
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("open_groups"))
    return await to_thread(_meetings, rows)


async def read_seats(
    pool: Pool, now: datetime, kind: str | None = None, *, schema: str = WAITLIST.schema
) -> list[Seats]:
    """The seats of each slow-open group, for the forecast: a cohort takes nobody in between."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("seats_now"), kind)
    return [_seats(row, now) for row in rows]


async def read_spells(pool: Pool, now: datetime, *, schema: str = WAITLIST.schema) -> list[Spell]:
    """Every seat held up to an instant, of the past and of the present."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("spells"), now)
    return [Spell(max(0.0, row["weeks"]), row["dropped"]) for row in rows]


async def read_marks(pool: Pool, *, schema: str = WAITLIST.schema) -> tuple[str | None, ...]:
    """The same as before only if no row of the view has become another one since."""
    async with looking_into(pool, schema) as connection:
        row = await fetch_one(connection, query("marks"))
    return tuple(row)


def _meetings(rows: Iterable[asyncpg.Record]) -> list[Meeting]:
    return [_meeting(row) for row in rows]


def _meeting(row: asyncpg.Record) -> Meeting:
    return Meeting(
        group_id=row["group_id"], group=_group(row["known"]), staff=_staff(row["staff"] or "{}")
    )


@lru_cache(maxsize=MOST)
def _group(known: str) -> Group:
    return Group.model_validate_json(known)


@lru_cache(maxsize=MOST)
def _staff(known: str) -> dict[str, Qualifications]:
    return _Staff.validate_json(known)


def _seats(row: asyncpg.Record, now: datetime) -> Seats:
    held = zip(row["joined_at"] or (), row["planned_end"] or (), strict=True)
    taken = tuple(Seat(max(0.0, (now - since) / WEEK), end) for since, end in held)
    return Seats(row["group_id"], max(0, row["free"]), taken)
