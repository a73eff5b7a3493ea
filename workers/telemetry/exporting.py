"""Sending spans away, with the OpenTelemetry SDK: the extra `telemetry` of the package.

Where to, and all else, the standard `OTEL_*` variables say.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Tracer


@asynccontextmanager
async def exporting(process: str, exporter: SpanExporter | None = None) -> AsyncIterator[Tracer]:
    """A tracer whose spans go to `exporter`, by default over OTLP; what is left goes at the end."""
    provider = TracerProvider(
        resource=Resource.create({SERVICE_NAME: f"carepath-{process}"}), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
    try:
        yield provider.get_tracer("carepath")
    finally:
        await asyncio.to_thread(provider.shutdown)
