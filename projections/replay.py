"""Filling a copy of a view from the beginning of the log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

from eventstore.connect import Pool
from eventstore.errors import StoreUnavailable, store_errors
from eventstore.store import EventStore
from projections.checkpoint import Checkpoint
from projections.follow import Copy, Until, catch_up, checkpoint
from projections.tables import create_copy, drop_copy, ensure_catalogue
from projections.view import View

EVERYTHING = Until()


async def replay_into(
    schema: str,
    view: View[Any, Any],
    store: EventStore,
    pool: Pool,
    until: Until = EVERYTHING,
) -> tuple[Copy, Checkpoint]:
    """Make a copy of a view in `schema`, instead of what is there, and replay the log into it.

    Without `until` that is every event settled by now. Raises `ViewStopped`, `StoreUnavailable`.
    """
    await ensure_catalogue(pool)
    with store_errors():
        await drop_copy(pool, schema)
        async with pool.acquire() as connection:
            await create_copy(connection, view, schema)
    copy = Copy(store, pool, view, schema, until)
    settled = (await store.watermark()).settled_seq
    return copy, await catch_up(copy, await checkpoint(copy), settled)


@asynccontextmanager
async def scratch(
    view: View[Any, Any], store: EventStore, pool: Pool, until: Until = EVERYTHING
) -> AsyncIterator[Copy]:
    """A copy of a view as of an instant, for as long as the block lasts.

    Read it through `looking_into(pool, copy.schema)`.
    """
    schema = f"{view.schema}_{uuid4().hex[:12]}"
    try:
        copy, _ = await replay_into(schema, view, store, pool, until)
        yield copy
    finally:
        with suppress(StoreUnavailable), store_errors():
            await drop_copy(pool, schema)
