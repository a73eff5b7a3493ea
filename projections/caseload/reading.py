"""Reading the caseload: plain SQL, past the domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventstore.connect import Pool
from projections.caseload.case import Case
from projections.caseload.view import CASELOAD, query
from projections.tables import looking_into


@dataclass(frozen=True, slots=True)
class Caring:
    """Whom a clinician cares for: own patients, whoever has no therapist yet, and `others`.

    Somebody who is no known clinician has an empty id, and cares for the others alone.
    """

    clinician_id: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a list shows; what is None does not matter.

    `name` is part of the name, `among` are the pathways of which one is wanted. `cared_for_by`
    leaves those in somebody's care, or with `strangers` everybody else.
    """

    phase: str | None = None
    status: str | None = None
    programme: str | None = None
    name: str | None = None
    among: tuple[str, ...] | None = None
    cared_for_by: Caring | None = None
    strangers: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: what was due when for its last case."""

    next_due_at: datetime | None
    pathway_id: str


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """How many pathways are in a phase with a status."""

    phase: str | None
    status: str
    pathways: int


EVERYBODY = Wanted()


async def list_cases(
    pool: Pool,
    wanted: Wanted = EVERYBODY,
    *,
    limit: int,
    after: Place | None = None,
    schema: str = CASELOAD.schema,
) -> list[Case]:
    """At most `limit` cases, what is due first before the rest, beginning after a place.

    `schema` is that of another copy, to read the caseload as of an instant. Raises
    `StoreUnavailable`.
    """
    caring = wanted.cared_for_by
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(
            query("list"),
            wanted.phase,
            wanted.status,
            wanted.programme,
            wanted.name,
            after.next_due_at if after else None,
            after.pathway_id if after else None,
            limit,
            wanted.among,
            caring.clinician_id if caring else None,
            caring.others if caring else (),
            not wanted.strangers,
        )
    return [Case(**dict(row)) for row in rows]


async def find_case(pool: Pool, pathway_id: str, *, schema: str = CASELOAD.schema) -> Case | None:
    """One case, or None. Raises `StoreUnavailable`."""
    async with looking_into(pool, schema) as connection:
        row = await connection.fetchrow(query("find"), pathway_id)
    return Case(**dict(row)) if row else None


async def count_by_phase(pool: Pool, *, schema: str = CASELOAD.schema) -> list[PhaseCount]:
    """How many pathways there are in each phase and status. Raises `StoreUnavailable`."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("counts"))
    return [PhaseCount(**dict(row)) for row in rows]


async def count_by_status(
    pool: Pool, programme: str, *, schema: str = CASELOAD.schema
) -> Mapping[str, int]:
    """How many pathways of a programme have each status; `programme` is without its version."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("by_status"), programme)
    return {row["status"]: row["pathways"] for row in rows}


async def read_names(
    pool: Pool, pathway_ids: Sequence[str], *, schema: str = CASELOAD.schema
) -> dict[str, str | None]:
    """The patients' names by pathway, as far as they are known. Raises `StoreUnavailable`."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("names"), list(pathway_ids))
    return {row["pathway_id"]: row["patient_name"] for row in rows}
