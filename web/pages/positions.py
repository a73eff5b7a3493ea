"""Where views are in the log, and whether one of them may show something else than before."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from eventstore.connect import Pool
from eventstore.errors import store_errors
from projections.sql import queries_in
from projections.view import View

Views = Sequence[View[Any, Any]]

query = queries_in(Path(__file__).parent / "queries")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a view is: which copy of its tables it is, and the last event that it has taken in."""

    build: UUID
    seq: int


Positions = dict[str, Position]
"""By the views' names."""


async def positions_of(pool: Pool, views: Views) -> Positions:
    """Where these views are; nothing of those that have not been built yet.

    Raises `StoreUnavailable`.
    """
    try:
        with store_errors():
            rows = await pool.fetch(query("positions"), [view.schema for view in views])
    except asyncpg.UndefinedTableError:
        return {}
    return {row["view"]: Position(row["build"], row["seq"]) for row in rows}


async def moved(pool: Pool, views: Views, before: Positions, present: Positions) -> bool:
    """Whether one of these views is another copy, or has been given an event that it follows.

    Raises `StoreUnavailable`.
    """
    for view in views:
        known, here = before.get(view.name), present.get(view.name)
        if known is None or here is None or known.build != here.build or here.seq < known.seq:
            return True
        if here.seq > known.seq and await _followed(pool, view, known.seq, here.seq):
            return True
    return False


async def _followed(pool: Pool, view: View[Any, Any], after: int, until: int) -> bool:
    kinds, passed_by = list(view.entities), list(view.passed_by)
    with store_errors():
        return bool(await pool.fetchval(query("followed"), after, until, kinds, passed_by))
