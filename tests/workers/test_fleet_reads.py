"""How much the jobs of the fleet read: no more of a clinic than what they are to look at."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment

from audit.living import living_of, read_all
from bench.clinic import publish, shipped_programme
from domain.events.envelope import RecordedEvent
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.deadlines.reading import list_closed, list_late, list_open
from projections.deadlines.view import DEADLINES
from projections.rebuild import rebuild
from projections.tables import ensure_catalogue
from tests.domain import histories
from tests.ports import folder_ports
from tests.projections.given import a_pathway, append, seeded, settle
from tests.workflows.conftest import server_in
from workers.fleet import reconciling
from workers.fleet.jobs import DueJobs
from workers.fleet.reconciling import ReconcileJob
from workers.temporal import create_worker
from workflows.client import EntityClient
from workflows.fleet import Findings

YEARS = timedelta(days=3650)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
EVER = datetime.max.replace(tzinfo=UTC)


class CountingStore(EventStore):
    """A log that notes which streams are read, one by one."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self.read: list[str] = []

    async def read_stream(self, stream_id: str, after_version: int = 0) -> list[RecordedEvent]:
        self.read.append(stream_id)
        return await super().read_stream(stream_id, after_version)


@dataclass(frozen=True)
class Installation:
    """A clinic in the log and in the views, and a Temporal on which nothing runs yet."""

    store: CountingStore
    pool: Pool
    client: Client

    @property
    def entities(self) -> EntityClient:
        return EntityClient(self.client)

    async def find_overdue(self, now: datetime) -> Findings:
        job = DueJobs(self.store, self.entities, self.pool, lambda: now)
        return await ActivityEnvironment().run(job.overdue)

    async def reconcile(self, after: str = "", stops_after: timedelta = YEARS) -> Findings:
        job = ReconcileJob(self.store, self.entities, self.client, self.pool, stops_after)
        return await ActivityEnvironment().run(job.reconcile, after)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WorkflowEnvironment]:
    """Of our own: nothing of other tests runs there."""
    async with server_in(tmp_path_factory.mktemp("keys")) as environment:
        yield environment


@pytest_asyncio.fixture
async def clinic(server: WorkflowEnvironment, pool: Pool) -> AsyncIterator[Installation]:
    """Ten open pathways and five closed ones, whose last effects are pending."""
    store, random = CountingStore(pool), seeded(4)
    await publish(store, shipped_programme())
    for life in (
        *[histories.referred()] * 5,
        *[histories.in_ongoing()] * 5,
        *[histories.closed()] * 5,
    ):
        await append(store, a_pathway(random), [[one] for one in life])
    store.read.clear()
    await settle(pool)
    await ensure_catalogue(pool)
    await rebuild(DEADLINES, store, pool)
    yield Installation(store, pool, server.client)
    for one in await store.streams(None, "", 100):
        with suppress(RPCError):
            await server.client.get_workflow_handle(one).terminate()


async def test_who_is_not_late_is_not_read(clinic: Installation) -> None:
    waiting = await list_late(clinic.pool, EVER, 100)
    instants = sorted({one.next_at for one in waiting if one.next_at})
    first, last = instants[0], instants[-1]

    in_time, later = await clinic.find_overdue(first), await clinic.find_overdue(last)

    late = [one.entity_id for one in await list_late(clinic.pool, last, 100)]
    assert (in_time.looked_at, in_time.found) == (0, {"overdue": 0, "woken": 0})
    assert (later.looked_at, later.found) == (5, {"overdue": 5, "woken": 5})
    assert sorted(clinic.store.read) == sorted(late)


async def test_recovery_reads_only_what_an_event_has_closed(clinic: Installation) -> None:
    everybody = await clinic.store.streams(None, "", 100)
    closed = [one.entity_id for one in await list_closed(clinic.pool, LONG_AGO, 100)]

    living = await living_of(clinic.store, clinic.pool, everybody)

    assert set(clinic.store.read) == set(closed)
    assert living == [one.id for one in await read_all(clinic.store, everybody) if one.lives]
    assert set(closed) < set(living), "their last effects are pending"


async def test_reconciling_goes_on_where_the_run_before_stopped(
    clinic: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "PAGE", 4)
    open_ = [one.entity_id for one in await list_open(clinic.pool, 1000)]

    runs = [await clinic.reconcile(stops_after=timedelta(0))]
    while runs[-1].after:
        assert len(runs) < len(open_)
        runs.append(await clinic.reconcile(runs[-1].after, timedelta(0)))

    assert [one.after for one in runs[:2]] == [open_[3], open_[7]]
    assert sum(one.found.get("not_running", 0) for one in runs) == len(open_)
    assert set(clinic.store.read) == set(open_)


async def test_an_attempt_goes_on_where_the_one_before_was_heard_of_last(
    clinic: Installation,
) -> None:
    open_ = [one.entity_id for one in await list_open(clinic.pool, 1000)]
    heard = Findings(at=EVER, looked_at=5, found={"other_state": 1}, after=open_[4])
    again = ActivityEnvironment()
    again.info = again.info.__class__(
        **{**vars(again.info), "heartbeat_details": [heard.model_dump(mode="json")]}
    )
    job = ReconcileJob(clinic.store, clinic.entities, clinic.client, clinic.pool)

    found = await again.run(job.reconcile)

    assert found.looked_at == len(open_)
    assert found.found == {"other_state": 1, "not_running": len(open_) - 5}


async def test_who_was_closed_of_late_and_has_effects_pending_is_compared_too(
    clinic: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await clinic.reconcile()

    monkeypatch.setattr(reconciling, "SETTLED_WITHIN", YEARS)
    long_memory = await clinic.reconcile()

    assert whole.found == {"not_running": 11}
    assert long_memory.found == {"not_running": 16}


async def test_who_runs_and_is_not_known_to_be_open_is_compared_too(
    clinic: Installation, tmp_path: Path
) -> None:
    one = "programme-mbt-g"
    await clinic.pool.execute("DELETE FROM view_deadlines.clocks WHERE entity_id = $1", one)
    before = await clinic.reconcile()
    ports = folder_ports(clinic.store, tmp_path / "outbox")
    async with create_worker(clinic.client, clinic.store, ports):
        await clinic.entities.start(one)
        await clinic.entities.snapshot(one)
        await until_listed(clinic.client, one)
        after = await clinic.reconcile()

    assert (before.looked_at, after.looked_at) == (10, 11)
    assert after.found == before.found == {"not_running": 10}


async def until_listed(client: Client, entity_id: str) -> None:
    """The list of what runs lags behind a little."""
    query = f"ExecutionStatus = 'Running' AND WorkflowId = '{entity_id}'"
    async with asyncio.timeout(20):
        while not (await client.count_workflows(query)).count:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
