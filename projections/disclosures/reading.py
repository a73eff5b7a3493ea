"""Reading the disclosures: plain SQL, past the domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from eventstore.connect import Pool
from projections.disclosures.given import Outcome, Purpose
from projections.disclosures.rows import DisclosureRow
from projections.disclosures.view import DISCLOSURES, query
from projections.tables import looking_into


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of disclosures ended: its last row."""

    asked_at: datetime
    source: str
    number: int


async def read_accounting(
    pool: Pool, pathway_id: str, since: datetime, *, schema: str = DISCLOSURES.schema
) -> list[DisclosureRow]:
    """What was given of one patient from an instant on, the latest first.

    45 CFR 164.528 asks for six years: date, recipient, what and why. It does not ask for what went
    out for treatment or payment, or to the patient: `purpose` tells these apart. Raises
    `ViewAbsent`, `StoreUnavailable`.
    """
    return await _rows(pool, schema, "accounting", pathway_id, since)


async def read_of_pathway(
    pool: Pool, pathway_id: str, *, schema: str = DISCLOSURES.schema
) -> list[DisclosureRow]:
    """Every disclosure of one patient, given or not, the latest first."""
    return await _rows(pool, schema, "of_pathway", pathway_id)


async def list_disclosures(
    pool: Pool,
    *,
    limit: int,
    outcome: Outcome | None = None,
    purpose: Purpose | None = None,
    after: Place | None = None,
    schema: str = DISCLOSURES.schema,
) -> list[DisclosureRow]:
    """At most `limit` disclosures of everybody, the latest first, beginning after a place."""
    place = (after.asked_at, after.source, after.number) if after else (None, None, None)
    return await _rows(pool, schema, "list", outcome, purpose, *place, limit)


async def _rows(pool: Pool, schema: str, name: str, *arguments: object) -> list[DisclosureRow]:
    async with looking_into(pool, schema) as connection:
        rows: Sequence[asyncpg.Record] = await connection.fetch(query(name), *arguments)
    return [DisclosureRow(**{**dict(row), "reasons": tuple(row["reasons"])}) for row in rows]
