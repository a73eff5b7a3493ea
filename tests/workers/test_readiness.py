"""Whether a process is ready: asked of the real log and the real Temporal."""

from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.projections.given import a_life, a_pathway, append, seeded, settle
from workers.embedded.ports import LOOPBACK, any_free_port, is_free
from workers.telemetry.exposing import Exposition
from workers.telemetry.port import MetricsPortTaken, shown
from workers.telemetry.readiness import Readiness
from workers.telemetry.telemetry import Telemetry

AT_ONCE = timedelta(0)
A_MINUTE = timedelta(minutes=1)


async def test_with_log_and_temporal_there_a_process_is_ready(
    store: EventStore, temporal: WorkflowEnvironment
) -> None:
    assert await Readiness(store, temporal.client)()


async def test_without_its_log_a_process_is_not_ready_and_says_why_in_its_own_log(
    pool: Pool, store: EventStore
) -> None:
    readiness = Readiness(store, kept=AT_ONCE)
    assert await readiness()
    await pool.close()

    with capture_logs() as lines:
        assert [await readiness(), await readiness()] == [False, False]

    assert [(one["event"], one["wanting"]) for one in lines] == [("not_ready", ("log",))]


async def test_without_temporal_a_process_is_not_ready(store: EventStore) -> None:
    nowhere = await Client.connect(f"{LOOPBACK}:{any_free_port()}", lazy=True)

    with capture_logs() as lines:
        assert not await Readiness(store, nowhere)()

    assert lines[0]["wanting"] == ("temporal",)


async def test_a_watermark_that_is_stuck_is_not_ready_until_it_moves(
    pool: Pool, store: EventStore
) -> None:
    random = seeded(11)
    await append(store, a_pathway(random), a_life(random, steps=1))
    strict = Readiness(store, stuck_after=AT_ONCE, kept=AT_ONCE)
    patient = Readiness(store, kept=AT_ONCE)

    assert (await strict(), await patient()) == (False, True)
    await settle(pool)
    assert await strict()


async def test_a_worker_that_reads_no_views_works_on_while_the_watermark_is_stuck(
    pool: Pool, store: EventStore
) -> None:
    random = seeded(11)
    await append(store, a_pathway(random), a_life(random, steps=1))
    reader = Readiness(store, stuck_after=AT_ONCE, kept=AT_ONCE)
    worker = Readiness(store, reads_views=False, stuck_after=AT_ONCE, kept=AT_ONCE)

    assert (await reader(), await worker()) == (False, True)
    await pool.close()
    assert not await worker()


async def test_an_answer_is_given_again_for_a_while_without_asking(
    pool: Pool, store: EventStore
) -> None:
    readiness = Readiness(store, kept=A_MINUTE)
    assert await readiness()
    await pool.close()

    assert await readiness()


async def test_a_process_that_ends_is_not_ready_at_once(store: EventStore) -> None:
    readiness = Readiness(store, kept=A_MINUTE)
    assert await readiness()

    readiness.end()

    assert not await readiness()


async def test_the_port_shows_health_and_metrics_and_nothing_else(store: EventStore) -> None:
    readiness = Readiness(store)
    exposition = Exposition(Telemetry().metrics.registry)
    async with (
        shown(0, readiness, exposition) as port,
        httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}", trust_env=False) as client,
    ):
        alive, ready = await client.get("/healthz"), await client.get("/readyz")
        metrics, nothing = await client.get("/metrics"), await client.get("/")
        readiness.end()
        ending = await client.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"ok": True})
    assert (ready.status_code, ready.json()) == (200, {"ok": True})
    assert (ending.status_code, ending.json()) == (503, {"ok": False})
    assert metrics.headers["content-type"].startswith("text/plain; version=")
    assert "carepath_events_appended_total 0.0" in metrics.text
    assert nothing.status_code == 404
    assert port is not None
    assert is_free(port)


async def test_a_port_that_is_taken_is_named_with_the_setting(store: EventStore) -> None:
    readiness, exposition = Readiness(store), Exposition(Telemetry().metrics.registry)
    async with shown(0, readiness, exposition) as port:
        with pytest.raises(MetricsPortTaken, match="CAREPATH_METRICS_PORT"):
            async with shown(port, readiness, exposition):
                pass


async def test_without_a_port_nothing_listens(store: EventStore) -> None:
    async with shown(None, Readiness(store), Exposition(Telemetry().metrics.registry)) as port:
        assert port is None
