"""Reading the deadlines, page by page: plain SQL, past the domain.

Everything here raises `ViewAbsent`, `ViewOutdated` and `StoreUnavailable`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from eventstore.connect import Pool
from projections.deadlines.clock import Clock
from projections.deadlines.view import DEADLINES, query
from projections.tables import looking_into

EVER = datetime.min.replace(tzinfo=UTC)


async def list_late(
    pool: Pool, before: datetime, limit: int, after: Clock | None = None
) -> list[Clock]:
    """At most `limit` clocks that should have rung before an instant, the longest ago first."""
    place = (after.next_at, after.entity_id) if after else (EVER, "")
    return await _clocks(pool, "late", before, *place, limit)


async def list_open(pool: Pool, limit: int, after: str = "") -> list[Clock]:
    """At most `limit` open entities by their ids, beginning after one."""
    return await _clocks(pool, "open", after, limit)


async def list_closed(
    pool: Pool, since: datetime, limit: int, after: Clock | None = None
) -> list[Clock]:
    """At most `limit` closed entities that changed since an instant, the longest ago first."""
    place = (after.last_event_at, after.entity_id) if after else (since, "")
    return await _clocks(pool, "closed", *place, limit)


async def open_among(pool: Pool, entity_ids: Sequence[str]) -> set[str]:
    """Those of the entities that are open."""
    async with looking_into(pool, DEADLINES.schema) as connection:
        rows = await connection.fetch(query("those_open"), list(entity_ids))
    return {row["entity_id"] for row in rows}


async def _clocks(pool: Pool, name: str, *arguments: Any) -> list[Clock]:
    async with looking_into(pool, DEADLINES.schema) as connection:
        return [Clock(**row) for row in await connection.fetch(query(name), *arguments)]
