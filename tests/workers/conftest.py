"""An API, a worker and a log that are watched, on a Temporal server of their own."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.programmes.definition import Definition
from eventstore.cipher import PLAINTEXT
from eventstore.connect import Pool
from tests.definitions import by_hand
from tests.ports import folder_ports
from tests.workers.observed import Observed, api_of
from workers.embedded.ports import any_free_port
from workers.keys import ensure_keys
from workers.telemetry import effects
from workers.telemetry.store import ObservedStore
from workers.telemetry.telemetry import Telemetry
from workers.temporal import connect, create_worker
from workflows.pathway import SEARCH_ATTRIBUTES


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    server = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(server), search_attributes=SEARCH_ATTRIBUTES
    ) as environment:
        yield environment


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def telemetry(spans: InMemorySpanExporter) -> Telemetry:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return Telemetry(tracer=provider.get_tracer("carepath"), temporal_port=any_free_port())


@pytest_asyncio.fixture
async def client(
    temporal: WorkflowEnvironment,
    telemetry: Telemetry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Client:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal.client.service_client.config.target_host)
    return await connect(ensure_keys(tmp_path / "keys"), telemetry)


@pytest_asyncio.fixture
async def observed(
    client: Client,
    telemetry: Telemetry,
    spans: InMemorySpanExporter,
    pool: Pool,
    tmp_path: Path,
) -> AsyncIterator[Observed]:
    store = ObservedStore(pool, PLAINTEXT, telemetry)
    ports = effects.observed(folder_ports(store, tmp_path / "outbox"), telemetry)
    async with (
        create_worker(client, store, ports),
        api_of(client, pool, store, telemetry) as api,
    ):
        published = await api.post("/api/programmes", json=definition())
        assert published.status_code == 200, published.text
        spans.clear()
        yield Observed(api, pool, store, telemetry, spans)
        # The next test has an empty log, in which this workflow's programme is not published.
        await client.get_workflow_handle("programme-mbt-g").terminate()


def definition() -> dict[str, Any]:
    text = Path("domain/programmes/mbt-g.yaml").read_text()
    return by_hand(Definition.model_validate(yaml.safe_load(text))).model_dump(mode="json")
