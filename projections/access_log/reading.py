"""Reading the access log: plain SQL, past the domain."""

from dataclasses import dataclass
from datetime import UTC, datetime

from eventstore.connect import Pool
from projections.access_log.access import Access
from projections.access_log.view import ACCESS_LOG, query
from projections.tables import looking_into


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on, and before `before`."""

    since: datetime = datetime(1900, 1, 1, tzinfo=UTC)
    before: datetime = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: its last line."""

    at: datetime
    seq: int


EVER = Period()


async def read_of_pathway(
    pool: Pool,
    pathway_id: str,
    *,
    limit: int,
    period: Period = EVER,
    after: Place | None = None,
    schema: str = ACCESS_LOG.schema,
) -> list[Access]:
    """At most `limit` reads of one patient's record, the latest first. Raises `ViewAbsent`."""
    return await _page(
        pool, schema, "of_pathway", pathway_id, limit=limit, period=period, after=after
    )


async def read_by_subject(
    pool: Pool,
    subject: str,
    *,
    limit: int,
    period: Period = EVER,
    after: Place | None = None,
    schema: str = ACCESS_LOG.schema,
) -> list[Access]:
    """At most `limit` reads by one person, the latest first. Raises `ViewAbsent`."""
    return await _page(pool, schema, "by_subject", subject, limit=limit, period=period, after=after)


async def read_broken(
    pool: Pool,
    role: str | None = None,
    *,
    limit: int,
    period: Period = EVER,
    after: Place | None = None,
    schema: str = ACCESS_LOG.schema,
) -> list[Access]:
    """At most `limit` reads without a care relationship, with the reasons given for them."""
    return await _page(pool, schema, "broken", role, limit=limit, period=period, after=after)


async def read_latest(
    pool: Pool,
    role: str | None = None,
    *,
    limit: int,
    period: Period = EVER,
    after: Place | None = None,
    schema: str = ACCESS_LOG.schema,
) -> list[Access]:
    """At most `limit` reads of anybody's record, in one role or in all, the latest first."""
    return await _page(pool, schema, "latest", role, limit=limit, period=period, after=after)


async def _page(
    pool: Pool,
    schema: str,
    name: str,
    chosen: str | None,
    *,
    limit: int,
    period: Period,
    after: Place | None,
) -> list[Access]:
    place = (after.at, after.seq) if after else (None, None)
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(
            query(name), chosen, period.since, period.before, *place, limit
        )
    return [Access(**dict(row)) for row in rows]
