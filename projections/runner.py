"""The projector: every view follows the log in a task of its own, and none holds up another."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog

from eventstore.connect import Pool
from eventstore.errors import StoreUnavailable, store_errors
from eventstore.settle import run_ticker
from eventstore.store import EventStore
from projections.checkpoint import Checkpoint, checkpoint_of, record_stop
from projections.errors import Overtaken, RebuildUnderWay, Superseded, ViewAbsent, ViewStopped
from projections.follow import Copy, catch_up, checkpoint
from projections.horizon import Horizon, watch
from projections.patience import Patience
from projections.rebuild import rebuild
from projections.sql import query
from projections.tables import create_copy, drop_copy, ensure_catalogue
from projections.view import View
from projections.views import VIEWS

TICK = timedelta(milliseconds=100)
LOOK_AGAIN = timedelta(seconds=1)

log = structlog.get_logger(__name__)


async def run_projector(
    pool: Pool,
    stop: asyncio.Event,
    store: EventStore,
    views: Sequence[View[Any, Any]] = VIEWS,
    tick: timedelta = TICK,
) -> None:
    """Move the settled watermark and let every view follow it, until `stop` is set.

    While PostgreSQL is away it keeps trying. A view that cannot take in an event stops and says
    so; it tries again when this is called again, and goes on after a rebuild. Needs a pool of at
    least three connections, and one more for each rebuild.
    """
    horizon = Horizon()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(run_ticker(pool, tick, stop)),
            group.create_task(watch(horizon, pool)),
            *(group.create_task(keep_up(view, store, pool, horizon)) for view in views),
        ]
        await stop.wait()
        for task in tasks:
            task.cancel()


async def keep_up(view: View[Any, Any], store: EventStore, pool: Pool, horizon: Horizon) -> None:
    """Let one view follow the log for ever, through lost connections and rebuilds by others."""
    copy = Copy(store, pool, view, view.schema)
    patience = Patience()
    while True:
        try:
            await _prepare(copy)
            patience = Patience()
            await _follow(copy, horizon)
        except ViewStopped as stopped:
            log.error("view_stopped", **vars(stopped))  # noqa: TRY400 - a trace may name patients
            await _until_restarted(copy)
        except Superseded as superseded:
            log.error("view_superseded", view=superseded.view)  # noqa: TRY400 - nothing to trace
            return
        except (StoreUnavailable, RebuildUnderWay, ViewAbsent) as waiting:
            log.warning("view_waits", view=view.name, cause=type(waiting).__name__)
            await patience.wait()


async def _prepare(copy: Copy) -> None:
    """Make the view if it is absent, and build it anew if it was built by other code."""
    view = copy.view
    await ensure_catalogue(copy.pool)
    await _ensure_live(copy)
    present = await checkpoint(copy)
    if present.version == view.version:
        return
    log.info("view_outdated", view=view.name)
    try:
        await rebuild(view, copy.store, copy.pool)
    except ViewStopped as stopped:
        with store_errors():
            await record_stop(copy.pool, present, stopped)
        raise


async def _ensure_live(copy: Copy) -> None:
    with store_errors():
        async with copy.pool.acquire() as connection, connection.transaction():
            await connection.execute(query("lock_catalogue"))
            if await checkpoint_of(connection, copy.schema) is None:
                await drop_copy(connection, copy.schema)
                await create_copy(connection, copy.view, copy.schema)


async def _follow(copy: Copy, horizon: Horizon) -> None:
    present = await _ours(copy)
    while True:
        settled = await horizon.beyond(present.seq)
        try:
            present = await catch_up(copy, present, settled)
        except Overtaken:
            present = await _ours(copy)


async def _ours(copy: Copy) -> Checkpoint:
    """Where the live copy is. Raises `Superseded` if it is another version's by now."""
    present = await checkpoint(copy)
    if present.version != copy.view.version:
        raise Superseded(copy.view.name)
    return present


async def _until_restarted(copy: Copy) -> None:
    """Wait for a rebuild, or for another process whose code takes the event in."""
    while True:
        try:
            if (await checkpoint(copy)).state == "running":
                return
        except (StoreUnavailable, ViewAbsent):
            pass
        await asyncio.sleep(LOOK_AGAIN.total_seconds())
