"""The jobs of the fleet, on schedules of a real server: what they find, and what they set right."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest_asyncio
from prometheus_client import CollectorRegistry, generate_latest
from structlog.testing import capture_logs
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from eventstore.connect import Pool
from eventstore.seal.sealer import seal_settled
from eventstore.store import EventStore
from projections.deadlines.view import DEADLINES
from projections.rebuild import rebuild
from projections.tables import ensure_catalogue
from projections.worklist.view import WORKLIST
from tests.ports import folder_ports
from tests.projections.given import settle
from tests.workflows.clinic import Clinic, mbt_g, submission
from tests.workflows.conftest import real_server
from tests.workflows.practice import append, at_rest, referral_of, simulated
from workers.embedded.status import jobs_in
from workers.fleet.figures import FleetFigures, latest_findings
from workers.fleet.jobs import fleet_jobs
from workers.fleet.schedules import EVERY, ensure_schedules, schedule_id
from workers.settings import Settings
from workers.temporal import create_worker
from workflows.client import EntityClient
from workflows.fleet import Findings, Job

__all__ = ("real_server",)

REVIEW = "disengagement_review"
PATIENCE = timedelta(seconds=30)


@dataclass(frozen=True)
class Fleet:
    """A clinic whose jobs are on their schedules."""

    client: Client
    clinic: Clinic
    store: EventStore
    pool: Pool
    settings: Settings

    async def run(self, job: Job) -> Findings:
        """What the job finds when its schedule is triggered now, with views that are up to date."""
        await settle(self.pool)
        for view in (DEADLINES, WORKLIST):
            await rebuild(view, self.store, self.pool)
        before = await latest_findings(self.client, job)
        await self.client.get_schedule_handle(schedule_id(job)).trigger()
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while True:
                found = await latest_findings(self.client, job)
                if found and found != before:
                    return found
                await asyncio.sleep(0)

    async def sleeper(self, ago: timedelta) -> str:
        """A pathway that was opened long ago, and whose workflow was lost then."""
        practice = await simulated(self.clinic, datetime.now(UTC) - ago, f"sleeper {uuid4()}")
        pathway = f"pathway-{uuid4()}"
        await practice.give(pathway, "refer", programme="mbt-g@1", referral=referral_of(pathway))
        await append(self.clinic, pathway, practice.clinic.entity(pathway).history)
        return pathway


@pytest_asyncio.fixture
async def fleet(
    real_server: WorkflowEnvironment, pool: Pool, store: EventStore, tmp_path: Path
) -> AsyncIterator[Fleet]:
    client, settings = real_server.client, Settings(data_dir=tmp_path)
    entities, outbox = EntityClient(client), tmp_path / "outbox"
    jobs = fleet_jobs(store, entities, client, pool, settings)
    await ensure_catalogue(pool)
    async with create_worker(client, store, folder_ports(store, outbox), jobs=jobs):
        await ensure_schedules(client)
        clinic = Clinic(real_server, entities, store, outbox)
        await clinic.publish(mbt_g())
        yield Fleet(client, clinic, store, pool, settings)
        await at_rest(clinic)
        for job in EVERY:
            await client.get_schedule_handle(schedule_id(job)).delete()
        for entity in await store.streams(None, "", 100):
            with suppress(RPCError):
                await client.get_workflow_handle(entity).terminate()


async def test_schedules_are_made_once_and_a_pause_stays(fleet: Fleet) -> None:
    handle = fleet.client.get_schedule_handle(schedule_id("seal"))
    await handle.pause(note="The anchor moves")

    await ensure_schedules(fleet.client)

    listed = [one.id async for one in await fleet.client.list_schedules()]
    assert sorted(listed) == sorted(schedule_id(job) for job in EVERY)
    described = await handle.describe()
    assert described.schedule.state.paused
    catch_up = described.schedule.policy.catchup_window
    assert catch_up is not None
    assert catch_up <= timedelta(minutes=10)


async def test_an_overdue_entity_without_a_workflow_is_found_and_woken(fleet: Fleet) -> None:
    late, early = await fleet.sleeper(timedelta(days=40)), await fleet.sleeper(timedelta(hours=1))

    first = await fleet.run("overdue")
    await until_reviewed(fleet, late)
    second = await fleet.run("overdue")

    assert first.found == {"overdue": 1, "woken": 1}
    assert second.found == {"overdue": 0, "woken": 0}
    assert (first.looked_at, second.looked_at) == (1, 0)
    assert await fleet.clinic.types(early) == [
        "pathway.referred",
        "pathway.phase_entered",
        "pathway.measures_fell_due",
    ]
    await fleet.clinic.entities.start(early)


async def until_reviewed(fleet: Fleet, pathway: str) -> None:
    """Until its own clock has opened the review of its silence."""
    async with asyncio.timeout(PATIENCE.total_seconds()):
        while True:
            opened = await fleet.clinic.events_of(pathway, "pathway.task_opened")
            if [one for one in opened if getattr(one.event, "kind", None) == REVIEW]:
                return
            await asyncio.sleep(0)


async def test_reconciling_names_whatever_does_not_run_and_starts_nothing(fleet: Fleet) -> None:
    lost = await fleet.sleeper(timedelta(hours=1))

    with capture_logs() as lines:
        found = await fleet.run("reconcile")

    assert (found.looked_at, found.found) == (2, {"not_running": 1})
    named = [one for one in lines if one["event"] == "workflow_differs_from_log"]
    assert [(one["entity_id"], one["what"]) for one in named] == [(lost, "not_running")]
    assert await fleet.clinic.entities.start(lost), "nobody had started it"
    assert (await fleet.run("reconcile")).found == {}


async def test_a_run_that_is_over_counts_as_none(fleet: Fleet) -> None:
    """Temporal still answers for it, from its history; of the closed one that is no difference."""
    ended, closed = [await fleet.sleeper(timedelta(hours=1)) for _ in range(2)]
    for one in (ended, closed):
        await fleet.clinic.entities.start(one)
    await fleet.clinic.submit(closed, "discharge", reason="patient_withdrew")
    await fleet.client.get_workflow_handle(closed).result()
    await fleet.client.get_workflow_handle(ended).terminate()

    found = await fleet.run("reconcile")

    assert (found.looked_at, found.found) == (3, {"not_running": 1})


async def test_licences_that_end_soon_are_found_until_they_are_renewed(fleet: Fleet) -> None:
    today = datetime.now(UTC).date()
    clinician = f"clinician-{uuid4()}"
    register = {"programme": "mbt-g@1", "name": "Robin Example"}
    await fleet.clinic.entities.submit_starting(clinician, submission("register", register))
    since = (today - timedelta(days=300)).isoformat()

    async def licensed(until: timedelta) -> None:
        held = {"number": "A-1", "since": since, "until": (today + until).isoformat()}
        await fleet.clinic.submit(clinician, "record_licence", state="FL", **held)

    await licensed(timedelta(days=9))
    soon = await fleet.run("licences")
    await licensed(timedelta(days=400))
    renewed = await fleet.run("licences")

    assert soon.found == {"clinician_expiring": 1}
    assert renewed.found == {}
    assert soon.looked_at == 2


async def test_a_clinics_own_licence_that_has_ended_is_found(fleet: Fleet) -> None:
    document: dict[str, Any] = json.loads(mbt_g().model_dump_json())
    yesterday = datetime.now(UTC).date() - timedelta(days=2)
    florida = next(one for one in document["served_states"] if one["state"] == "FL")
    florida |= {"licence": "HCC-1", "licence_until": yesterday.isoformat()}
    await fleet.clinic.publish(mbt_g().model_validate({**document, "version": 2}))

    assert (await fleet.run("licences")).found == {"clinic_expired": 1}


async def test_events_that_nobody_seals_are_found(fleet: Fleet, pool: Pool) -> None:
    await settle(pool)
    await seal_settled(pool, fleet.settings.keys_dir)

    assert (await fleet.run("seal")).found == {
        "contradicted": 0,
        "waiting": 0,
        "failing_anchors": 0,
    }


async def test_what_was_found_last_is_shown_by_any_worker_and_in_the_status(fleet: Fleet) -> None:
    late = await fleet.sleeper(timedelta(days=40))
    registry = CollectorRegistry()
    figures = FleetFigures(registry, fleet.client, kept=timedelta(0))
    await figures.read()
    before = jobs_in(generate_latest(registry).decode())

    await fleet.run("overdue")
    await until_reviewed(fleet, late)
    await figures.read()

    after = jobs_in(generate_latest(registry).decode())
    assert before["overdue"].age_s is None
    assert after["overdue"].found == {"overdue": 1, "woken": 1}
    assert after["overdue"].age_s is not None
    assert after["licences"].age_s is None
    assert registry.get_sample_value("carepath_deadlines_overdue") == 1
