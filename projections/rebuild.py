"""Building a view anew beside the live one, comparing both, and switching in one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import asyncpg
import structlog

from eventstore.connect import Pool
from eventstore.errors import StoreUnavailable, store_errors
from eventstore.store import EventStore
from projections.check import compared
from projections.checkpoint import checkpoint_of
from projections.errors import CheckOvertaken, RebuildUnderWay
from projections.follow import Copy, Until, catch_up, checkpoint
from projections.replay import EVERYTHING, replay_into
from projections.sql import query
from projections.tables import drop_copy, ensure_catalogue
from projections.view import View

COMPARED_WITHIN = timedelta(minutes=1)
"""Readers wait for no longer comparison; `views check` has more patience."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`seq` is where the log stood when readers were switched over.

    `differences` is how many rows were not as they had been, both up to the same event; None where
    nothing was there before, or comparing took too long.
    """

    seq: int
    differences: int | None


async def rebuild(view: View[Any, Any], store: EventStore, pool: Pool) -> Rebuilt:
    """Build the view anew from the log, and switch readers over to it.

    The live view is read, and follows the log, until then. Raises `RebuildUnderWay`, and
    `ViewStopped` if an event cannot be taken in: the live view then stays as it is.
    """
    await ensure_catalogue(pool)
    async with _alone(view, pool):
        with store_errors():
            await drop_copy(pool, view.old_schema)
        try:
            return await _build_and_switch(view, store, pool)
        finally:
            with suppress(StoreUnavailable), store_errors():
                await drop_copy(pool, view.next_schema)
                await drop_copy(pool, view.old_schema)


async def _build_and_switch(view: View[Any, Any], store: EventStore, pool: Pool) -> Rebuilt:
    with store_errors():
        live = await checkpoint_of(pool, view.schema)
    until = Until(seq=live.seq) if live else EVERYTHING
    copy, _ = await replay_into(view.next_schema, view, store, pool, until)
    differences = await _differences(copy) if live else None
    copy = replace(copy, until=EVERYTHING)
    while True:
        settled = (await store.watermark()).settled_seq
        present = await catch_up(copy, await checkpoint(copy), settled)
        if await _switched(view, pool):
            break
    log.info("view_rebuilt", view=view.name, seq=present.seq, differences=differences)
    return Rebuilt(present.seq, differences)


async def _differences(copy: Copy) -> int | None:
    """How many rows differ from the live ones, noted for whoever looks at the view's state."""
    try:
        found = (await compared(copy, examples=1, patience=COMPARED_WITHIN)).differences
        with store_errors():
            await copy.pool.execute(query("note_differences"), copy.schema, found)
    except (CheckOvertaken, StoreUnavailable, asyncpg.InvalidSchemaNameError) as failed:
        log.warning("rebuild_not_compared", view=copy.view.name, cause=type(failed).__name__)
        return None
    return found


async def _switched(view: View[Any, Any], pool: Pool) -> bool:
    with store_errors():
        return bool(
            await pool.fetchval(query("switch"), view.schema, view.next_schema, view.old_schema)
        )


@asynccontextmanager
async def _alone(view: View[Any, Any], pool: Pool) -> AsyncIterator[None]:
    """Hold the lock of this view's rebuild; the server frees it if this process dies."""
    with store_errors():
        connection = await pool.acquire()
    try:
        with store_errors():
            locked = await connection.fetchval(query("try_lock_rebuild"), view.name)
        if not locked:
            raise RebuildUnderWay(view.name)
        try:
            yield
        finally:
            with suppress(StoreUnavailable), store_errors():
                await connection.execute(query("unlock_rebuild"), view.name)
    finally:
        await pool.release(connection)
