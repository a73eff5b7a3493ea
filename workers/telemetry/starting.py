"""The telemetry of a process, as its settings ask for it."""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from workers.embedded.ports import any_free_port
from workers.settings import Settings
from workers.telemetry.telemetry import Telemetry

log = structlog.get_logger(__name__)


@asynccontextmanager
async def telemetry_of(settings: Settings, process: str) -> AsyncIterator[Telemetry]:
    """Metrics, and a tracer if spans have a place to go to and the SDK is installed."""
    temporal_port = None if settings.metrics_port is None else any_free_port()
    if settings.otlp_endpoint is None:
        yield Telemetry(temporal_port=temporal_port)
        return
    try:
        sdk = importlib.import_module("workers.telemetry.exporting")
    except ModuleNotFoundError as missing:
        log.warning("traces_are_not_sent", missing=missing.name, install="carepath[telemetry]")
        yield Telemetry(temporal_port=temporal_port)
        return
    async with sdk.exporting(process) as tracer:
        yield Telemetry(tracer=tracer, temporal_port=temporal_port)
