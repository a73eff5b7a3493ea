"""Reading the safety board: plain SQL, past the domain."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eventstore.connect import Pool
from projections.safety.flagged import Flagged
from projections.safety.view import SAFETY, query
from projections.tables import looking_into


@dataclass(frozen=True, slots=True)
class Escalated(Flagged):
    """A row of the board with the patient's name; it is absent only where the patient is."""

    patient_name: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: `at` is when its last row was due, or resolved."""

    at: datetime | None
    escalation_id: str


FIRST = Place(datetime.min.replace(tzinfo=UTC), "")
LATEST = Place(datetime.max.replace(tzinfo=UTC), "")


async def list_open(
    pool: Pool, *, limit: int, after: Place = FIRST, schema: str = SAFETY.schema
) -> list[Escalated]:
    """At most `limit` open escalations, what is due first before the rest, after a place.

    `schema` is that of another copy, to read the board as of an instant. Raises `ViewAbsent`,
    `StoreUnavailable`.
    """
    return await _fetch(pool, schema, "list_open", after.at, after.escalation_id, limit)


async def list_resolved(
    pool: Pool, *, limit: int, after: Place = LATEST, schema: str = SAFETY.schema
) -> list[Escalated]:
    """At most `limit` resolved ones, the latest first. Raises as `list_open` does."""
    return await _fetch(pool, schema, "list_resolved", after.at, after.escalation_id, limit)


async def escalations_of(
    pool: Pool, pathway_id: str, *, schema: str = SAFETY.schema
) -> list[Escalated]:
    """The escalations of a pathway, the latest first. Raises as `list_open` does."""
    return await _fetch(pool, schema, "of_pathway", pathway_id)


async def find_escalation(
    pool: Pool, escalation_id: str, *, schema: str = SAFETY.schema
) -> Escalated | None:
    """One escalation, or None. Raises as `list_open` does."""
    found = await _fetch(pool, schema, "find", escalation_id)
    return found[0] if found else None


async def _fetch(pool: Pool, schema: str, name: str, *arguments: Any) -> list[Escalated]:
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query(name), *arguments)
    return [Escalated(**{**row, "overdue": tuple(row["overdue"])}) for row in rows]
