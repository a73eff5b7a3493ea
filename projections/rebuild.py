"""Building a view anew beside the live one, and switching over in one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog

from eventstore.connect import Pool
from eventstore.errors import StoreUnavailable, store_errors
from eventstore.store import EventStore
from projections.errors import RebuildUnderWay
from projections.follow import catch_up, checkpoint
from projections.replay import replay_into
from projections.sql import query
from projections.tables import drop_copy, ensure_catalogue
from projections.view import View

log = structlog.get_logger(__name__)


async def rebuild(view: View[Any, Any], store: EventStore, pool: Pool) -> int:
    """Build the view anew from the log; the seq at which readers were switched over to it.

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


async def _build_and_switch(view: View[Any, Any], store: EventStore, pool: Pool) -> int:
    copy, present = await replay_into(view.next_schema, view, store, pool)
    while not await _switched(view, pool):
        settled = (await store.watermark()).settled_seq
        present = await catch_up(copy, await checkpoint(copy), settled)
    log.info("view_rebuilt", view=view.name, seq=present.seq)
    return present.seq


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
