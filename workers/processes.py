"""The composition root: what each process is made of, and how it comes to its end."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvicorn

from eventstore.connect import Pool, create_pool
from eventstore.store import EventStore
from projections.runner import run_projector
from web.app import create_app
from web.security import read_tokens
from web.services import Services
from workers.adapters import adapters
from workers.keys import Keys, ensure_keys
from workers.log import encrypted_store
from workers.ready import announce_ready
from workers.sealing import seal, seal_too
from workers.search_attributes import ensure_search_attributes
from workers.settings import Settings
from workers.temporal import connect, create_worker
from workflows.client import EntityClient

LOOPBACK = "127.0.0.1"

log = structlog.get_logger()


async def worker(settings: Settings) -> None:
    """Run entities until told to stop, then let activities under way end."""
    async with _log(settings, "worker") as (_, store):
        client = await connect(_keys(settings))
        await ensure_search_attributes(client)
        async with (
            adapters(settings, store, EntityClient(client)) as (notifier, others),
            create_worker(client, store, notifier, others),
        ):
            announce_ready()
            log.info("worker_ready", namespace=client.namespace)
            await _told_to_stop().wait()


async def projector(settings: Settings) -> None:
    """Publish the watermark, keep the views up to date and seal the log until told to stop."""
    async with _log(settings, "projector") as (pool, store):
        announce_ready()
        log.info("projector_ready")
        stop = _told_to_stop()
        async with asyncio.TaskGroup() as group:
            group.create_task(seal_too(settings, pool, stop))
            await run_projector(pool, stop, store)


async def sealer(settings: Settings) -> None:
    """Seal the log until told to stop; the projector does it too, where both run together."""
    async with _log(settings, "sealer") as (pool, _):
        announce_ready()
        log.info("sealer_ready")
        await seal(settings, pool, _told_to_stop())


async def web(settings: Settings) -> None:
    """Serve the API on loopback until told to stop, then let requests under way end."""
    keys = _keys(settings)
    async with _log(settings, "web") as (pool, store):
        client = await connect(keys)
        services = Services(
            store=store,
            entities=EntityClient(client),
            pool=pool,
            tokens=read_tokens(keys.tokens),
            identity_key=keys.identity.read_bytes(),
        )
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(services),
                host=LOOPBACK,
                port=settings.port,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=5,
            )
        )
        announce_ready()
        log.info("web_ready", port=settings.port)
        await server.serve()


def _keys(settings: Settings) -> Keys:
    return ensure_keys(settings.keys_dir)


@asynccontextmanager
async def _log(settings: Settings, process: str) -> AsyncIterator[tuple[Pool, EventStore]]:
    """The database, and the log in it under the keys of this installation."""
    pool = await create_pool(settings.required_database_url, application_name=f"carepath-{process}")
    try:
        yield pool, encrypted_store(pool, _keys(settings))
    finally:
        await pool.close()


def _told_to_stop() -> asyncio.Event:
    """Set by SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
