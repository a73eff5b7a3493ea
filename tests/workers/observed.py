"""What is watched, and what can be seen of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_bytes

import httpx
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.client import Client

from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.web.api import TOKEN, Api
from tests.web.conftest import tokens
from web.app import create_app
from web.services import Services
from workers.telemetry.entities import ObservedEntities
from workers.telemetry.exposing import Exposition
from workers.telemetry.feeds import FeedFigures
from workers.telemetry.figures import LogFigures
from workers.telemetry.requests import ObservedRequests
from workers.telemetry.telemetry import Telemetry

RECEIVER = "registry"


@dataclass(frozen=True)
class Observed:
    api: Api
    pool: Pool
    store: EventStore
    telemetry: Telemetry
    spans: InMemorySpanExporter

    def named(self, name: str) -> list[ReadableSpan]:
        return [one for one in self.spans.get_finished_spans() if one.name == name]

    async def shown(self) -> str:
        """The metrics of all processes at once."""
        registry = self.telemetry.metrics.registry
        figures = LogFigures(registry, self.pool, self.store)
        feeds = FeedFigures(registry, self.pool)
        for counted in (feeds.delivered, feeds.failed):
            counted(RECEIVER)

        async def read() -> None:
            await figures.read()
            await feeds.read()

        exposition = Exposition(registry, read, self.telemetry.temporal_port)
        return (await exposition()).decode()


def api_of(client: Client, pool: Pool, store: EventStore, telemetry: Telemetry) -> Api:
    services = Services(
        store,
        ObservedEntities(client, telemetry),
        pool,
        tokens(),
        token_bytes(32),
        now=lambda: datetime.now(UTC),
    )
    return Api(
        transport=httpx.ASGITransport(ObservedRequests(create_app(services), telemetry)),
        base_url="http://carepath",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
