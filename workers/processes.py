"""The composition root: what each process is made of, and how it comes to its end."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from eventstore.connect import Pool, create_pool
from eventstore.store import EventStore
from projections.runner import run_projector
from projections.views import VIEWS
from web.app import create_app
from web.codec import serve_codec
from web.services import Services
from web.tokens import read_tokens
from workers.adapters import adapters, clinic
from workers.builds import build_of_this_code
from workers.feeds import send_feeds
from workers.fleet.figures import FleetFigures
from workers.fleet.jobs import fleet_jobs
from workers.fleet.schedules import ensure_schedules
from workers.keys import Keys, ensure_keys
from workers.log import encrypted_store
from workers.ready import announce_ready
from workers.rollout import keep_together, take_over
from workers.sealing import provable, seal, seal_too
from workers.search_attributes import ensure_search_attributes
from workers.serving import Server
from workers.settings import Settings
from workers.signing_in import signing_in
from workers.telemetry.effects import observed
from workers.telemetry.entities import ObservedEntities
from workers.telemetry.exposing import Exposition
from workers.telemetry.feeds import FeedFigures
from workers.telemetry.figures import LogFigures
from workers.telemetry.port import shown
from workers.telemetry.readiness import Readiness
from workers.telemetry.requests import ObservedRequests
from workers.telemetry.starting import telemetry_of
from workers.telemetry.telemetry import Telemetry
from workers.telemetry.views import traced
from workers.temporal import connect, create_worker
from workers.temporal_keys import decoding

log = structlog.get_logger()


@dataclass(frozen=True)
class Process:
    """What every process has: its database, the log in it, and what it is watched with."""

    keys: Keys
    pool: Pool
    store: EventStore
    telemetry: Telemetry


async def worker(settings: Settings) -> None:
    """Run entities and send feeds until told to stop, then let activities under way end."""
    async with _process(settings, "worker") as process:
        client = await connect(process.keys, process.telemetry)
        await ensure_search_attributes(client)
        readiness = Readiness(process.store, client, reads_views=False)
        entities = ObservedEntities(client, process.telemetry)
        figures = FleetFigures(process.telemetry.metrics.registry, client)
        feeds = FeedFigures(process.telemetry.metrics.registry, process.pool)
        build = build_of_this_code()
        async with (
            shown(settings.metrics_port, readiness, _exposition(process, figures.read, feeds.read)),
            adapters(settings, process.pool, process.store, entities) as ports,
            create_worker(
                client,
                process.store,
                observed(ports, process.telemetry),
                build=build,
                jobs=fleet_jobs(process.store, entities, client, process.pool, settings),
                max_cached_workflows=settings.max_cached_workflows,
            ),
        ):
            await take_over(client, build, settings.rollout)
            await ensure_schedules(client)
            announce_ready()
            log.info("worker_ready", namespace=client.namespace, build=build)
            async with asyncio.TaskGroup() as group:
                moving = group.create_task(keep_together(client, entities, build, settings.rollout))
                sending = group.create_task(send_feeds(process.pool, process.store, feeds))
                await _told_to_stop().wait()
                readiness.end()
                moving.cancel()
                sending.cancel()


async def projector(settings: Settings) -> None:
    """Publish the watermark, keep the views up to date and seal the log until told to stop."""
    async with _process(settings, "projector") as process:
        figures = LogFigures(process.telemetry.metrics.registry, process.pool, process.store)
        exposition = Exposition(process.telemetry.metrics.registry, figures.read)
        async with shown(settings.metrics_port, Readiness(process.store), exposition):
            announce_ready()
            log.info("projector_ready")
            stop = _told_to_stop()
            views = [traced(view, process.telemetry.tracer) for view in VIEWS]
            async with asyncio.TaskGroup() as group:
                group.create_task(seal_too(settings, process.pool, stop))
                await run_projector(process.pool, stop, process.store, views)


async def sealer(settings: Settings) -> None:
    """Seal the log until told to stop; the projector does it too, where both run together."""
    async with (
        _process(settings, "sealer") as process,
        shown(settings.metrics_port, Readiness(process.store), _exposition(process)),
    ):
        announce_ready()
        log.info("sealer_ready")
        await seal(settings, process.pool, _told_to_stop())


async def web(settings: Settings) -> None:
    """Serve the API on loopback until told to stop, then let requests under way end."""
    async with _process(settings, "web") as process:
        client = await connect(process.keys, process.telemetry)
        readiness = Readiness(process.store, client)
        services = Services(
            store=process.store,
            entities=ObservedEntities(client, process.telemetry),
            pool=process.pool,
            tokens=read_tokens(process.keys.tokens),
            identity_key=process.keys.identity.read_bytes(),
            ready=readiness,
            signing_in=signing_in(settings),
            provable=provable(settings),
            clinic=clinic(settings),
            language=settings.language,
        )
        async with shown(settings.metrics_port, readiness, _exposition(process)):
            announce_ready()
            log.info("web_ready", port=settings.port)
            api = create_app(services)
            serve_codec(
                api,
                decoding(process.keys),
                namespace=client.namespace,
                page=settings.temporal_ui,
                cookie=services.signing_in.cookie,
            )
            server = Server(ObservedRequests(api, process.telemetry), settings.port)
            async with asyncio.TaskGroup() as group:
                ending = group.create_task(_end_when_told(server, readiness))
                await server.serve()
                ending.cancel()


async def _end_when_told(server: Server, readiness: Readiness) -> None:
    await _told_to_stop().wait()
    readiness.end()
    server.should_exit = True


def _exposition(process: Process, *figures: Callable[[], Awaitable[None]]) -> Exposition:
    async def read() -> None:
        for one in figures:
            await one()

    telemetry = process.telemetry
    return Exposition(telemetry.metrics.registry, read, telemetry.temporal_port)


@asynccontextmanager
async def _process(settings: Settings, name: str) -> AsyncIterator[Process]:
    """The database, and the log in it under the keys of this installation."""
    keys = ensure_keys(settings.keys_dir)
    async with telemetry_of(settings, name) as telemetry:
        pool = await create_pool(
            settings.required_database_url, application_name=f"carepath-{name}"
        )
        try:
            yield Process(keys, pool, encrypted_store(pool, keys, telemetry), telemetry)
        finally:
            await pool.close()


def _told_to_stop() -> asyncio.Event:
    """Set by SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
