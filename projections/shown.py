"""What any view shows, now or as of an instant: its rows, table by table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.store import EventStore
from projections.checkpoint import checkpoint_of
from projections.errors import ViewAbsent
from projections.follow import Until
from projections.replay import scratch
from projections.sql import query
from projections.tables import ensure_catalogue
from projections.view import View


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of a view: its table, and its columns as JSON values."""

    table: str
    row: dict[str, Any]


async def shown(
    view: View[Any, Any], pool: Pool, *, limit: int, having: str | None = None
) -> list[Shown]:
    """At most `limit` rows of the live view, by table and key.

    `having` is a value, such as an entity's id, that one of a row's columns must have. Raises
    `ViewAbsent`, `StoreUnavailable`.
    """
    await ensure_catalogue(pool)
    with store_errors():
        if await checkpoint_of(pool, view.schema) is None:
            raise ViewAbsent(view.name)
        return _shown(await pool.fetch(query("shown"), view.schema, having, limit))


async def shown_as_of(
    view: View[Any, Any],
    store: EventStore,
    pool: Pool,
    until: Until,
    *,
    limit: int,
    having: str | None = None,
) -> list[Shown]:
    """The same as the view was then: the log is replayed into tables beside the live ones.

    Raises `ViewStopped`, `StoreUnavailable`.
    """
    async with scratch(view, store, pool, until) as copy:
        with store_errors():
            return _shown(await pool.fetch(query("shown"), copy.schema, having, limit))


def _shown(rows: Sequence[Any]) -> list[Shown]:
    return [Shown(row["relation"], json.loads(row["content"])) for row in rows]
