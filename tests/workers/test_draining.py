"""Processes that are told to stop end what they have begun."""

import asyncio
import signal
from pathlib import Path

import httpx
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.contracts import EffectRequest
from activities.ports import DONE, Settled
from domain.events.effects import EffectSettled
from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.workers.conftest import definition
from tests.workers.observed import api_of
from tests.workers.running import Collector, answered, running
from workers.embedded.ports import LOOPBACK, any_free_port
from workers.keys import ensure_keys
from workers.telemetry.telemetry import Telemetry
from workers.temporal import create_worker


class Slow:
    """An adapter that takes until it is let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()
        self.done = 0

    async def perform(self, request: EffectRequest) -> Settled:  # noqa: ARG002 - whatever it is
        self.begun.set()
        await self.let_go.wait()
        self.done += 1
        return DONE


async def test_an_effect_under_way_is_finished_by_the_worker_that_began_it(
    client: Client, pool: Pool, store: EventStore, telemetry: Telemetry
) -> None:
    slow = Slow()
    async with api_of(client, pool, store, telemetry) as api:
        worker = create_worker(client, store, {"notify": slow, "benefits": slow})
        working = asyncio.create_task(worker.run())
        await api.post("/api/programmes", json=definition())
        pathway = await api.opened()
        asked = await api.submit(pathway, "request_benefits_check", payer="Cigna")
        assert asked.status_code == 200, asked.text
        await asyncio.wait_for(slow.begun.wait(), 20)
        ending = asyncio.create_task(worker.shutdown())
        await asyncio.wait([ending], timeout=0)
        assert not ending.done()
        slow.let_go.set()
        await asyncio.wait_for(ending, 20)
        await working
        assert slow.done == 1
        async with create_worker(client, store, {"notify": slow, "benefits": slow}):
            settled = await settled_of(store, pathway)
        await client.get_workflow_handle("programme-mbt-g").terminate()

    assert [(one.outcome, one.attempts) for one in settled] == [("done", 1)]
    assert slow.done == 1


async def settled_of(store: EventStore, pathway: str) -> list[EffectSettled]:
    async with asyncio.timeout(20):
        while True:
            events = [one.event for one in await store.read_stream(pathway)]
            found = [one for one in events if isinstance(one, EffectSettled)]
            if found:
                return found
            await asyncio.sleep(0)


async def test_an_api_that_is_told_to_stop_sends_its_spans_and_ends_well(
    log_dsn: str, temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    collector, port, metrics = Collector(), any_free_port(), any_free_port()
    environment = {
        "CAREPATH_DATA_DIR": str(tmp_path),
        "CAREPATH_DATABASE_URL": log_dsn,
        "CAREPATH_PORT": str(port),
        "CAREPATH_METRICS_PORT": str(metrics),
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
    }
    token = ensure_keys(tmp_path / "keys").api_token.read_text().strip()
    async with collector.listening():
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.url
        async with running("web", environment) as process:
            url = f"http://{LOOPBACK}:{port}"
            assert await answered(f"{url}/readyz", process) == {"ok": True}
            async with httpx.AsyncClient(trust_env=False) as client:
                headers = {"Authorization": f"Bearer {token}"}
                assert (await client.get(f"{url}/api/views", headers=headers)).is_success
                shown = await client.get(f"http://{LOOPBACK}:{metrics}/metrics")
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 20) == 0

    assert 'route="/api/views",status="200"' in shown.text
    assert any(b"GET /api/views" in one and b"carepath-web" in one for one in collector.taken)
