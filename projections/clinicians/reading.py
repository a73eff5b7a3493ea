"""Reading the clinicians: plain SQL, past the domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import asyncpg
from pydantic import TypeAdapter

from domain.on_call.chain import Chain, Substitution
from eventstore.connect import Pool
from projections.clinicians.rows import ClinicianRow
from projections.clinicians.view import CLINICIANS, query
from projections.tables import looking_into

SOON = 60
"""Days within which something that ends is said to end soon, as a programme warns by default."""

ARRAYS = ("roles", "patients", "groups", "on_call")


_StandIns = TypeAdapter(tuple[Substitution, ...])


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of clinicians ended: its last row."""

    name: str
    clinician_id: str


@dataclass(frozen=True, slots=True)
class Qualification:
    """A credential or licence, and how it stands on a day; both dates are included."""

    clinician_id: str
    period: int
    what: Literal["credential", "licence"]
    of: str
    number: str
    since: date
    until: date
    revoked: bool
    state: Literal["valid", "expiring", "expired", "not_yet", "revoked"]


@dataclass(frozen=True, slots=True)
class Expiring:
    """What ends soon or has just ended, and nobody has renewed."""

    clinician_id: str
    name: str
    what: Literal["credential", "licence"]
    of: str
    number: str
    until: date


async def list_clinicians(
    pool: Pool,
    *,
    limit: int,
    status: str | None = None,
    name: str | None = None,
    after: Place | None = None,
    schema: str = CLINICIANS.schema,
) -> list[ClinicianRow]:
    """At most `limit` clinicians by name; `name` is part of it. Raises `ViewAbsent`."""
    place = (after.name, after.clinician_id) if after else (None, None)
    rows = await _rows(pool, schema, "list", status, name, *place, limit)
    return [_clinician(row) for row in rows]


async def find_clinician(
    pool: Pool, clinician_id: str, *, schema: str = CLINICIANS.schema
) -> ClinicianRow | None:
    """One clinician, or None. Raises `ViewAbsent`, `StoreUnavailable`."""
    rows = await _rows(pool, schema, "find", clinician_id)
    return _clinician(rows[0]) if rows else None


async def read_qualifications(
    pool: Pool,
    clinician_ids: Sequence[str],
    day: date,
    soon: int = SOON,
    *,
    schema: str = CLINICIANS.schema,
) -> list[Qualification]:
    """What these clinicians are or were qualified for, as it stands on a day."""
    rows = await _rows(pool, schema, "qualifications_of", list(clinician_ids), day, soon)
    return [Qualification(**dict(row)) for row in rows]


async def read_expiring(
    pool: Pool, day: date, soon: int = SOON, *, schema: str = CLINICIANS.schema
) -> list[Expiring]:
    """What ends or ended within so many days of a day, the first to end first."""
    rows = await _rows(pool, schema, "expiring", day, soon)
    return [Expiring(**dict(row)) for row in rows]


async def read_chain(pool: Pool, on_call_id: str, *, schema: str = CLINICIANS.schema) -> Chain:
    """An on-call list, whose `at(instant)` says who is called then; empty if there is no such list.

    Raises `ViewAbsent`, `StoreUnavailable`.
    """
    rows = await _rows(pool, schema, "chain", on_call_id)
    supervisors = [row["clinician_id"] for row in rows if row["supervisor"]]
    return Chain(
        clinicians=tuple(row["clinician_id"] for row in rows if not row["supervisor"]),
        supervisor=supervisors[0] if supervisors else None,
        stand_ins=tuple(one for row in rows for one in _StandIns.validate_json(row["stand_ins"])),
    )


def _clinician(row: asyncpg.Record) -> ClinicianRow:
    return ClinicianRow(**{**dict(row), **{name: tuple(row[name]) for name in ARRAYS}})


async def _rows(pool: Pool, schema: str, name: str, *arguments: object) -> Sequence[asyncpg.Record]:
    async with looking_into(pool, schema) as connection:
        return await connection.fetch(query(name), *arguments)
