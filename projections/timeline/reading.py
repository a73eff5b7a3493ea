"""Reading a pathway's timeline: plain SQL, past the domain."""

import json

import asyncpg

from eventstore.connect import Pool
from projections.tables import looking_into
from projections.timeline.entry import Entry
from projections.timeline.view import TIMELINE, query

BEYOND_ALL = 2**31 - 1


async def read_timeline(
    pool: Pool,
    pathway_id: str,
    *,
    limit: int,
    after_version: int = 0,
    schema: str = TIMELINE.schema,
) -> list[Entry]:
    """At most `limit` lines with a version above `after_version`, the oldest first.

    `schema` is that of another copy, to read the timeline as of an instant. Raises
    `StoreUnavailable`.
    """
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("of_pathway"), pathway_id, after_version, limit)
    return [_entry(row) for row in rows]


async def read_latest(
    pool: Pool,
    pathway_id: str,
    *,
    limit: int,
    before_version: int = BEYOND_ALL,
    schema: str = TIMELINE.schema,
) -> list[Entry]:
    """At most `limit` lines with a version below `before_version`, the newest first."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("latest"), pathway_id, before_version, limit)
    return [_entry(row) for row in rows]


def _entry(row: asyncpg.Record) -> Entry:
    return Entry(**{**dict(row), "details": json.loads(row["details"])})
