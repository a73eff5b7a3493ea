"""Erasing a patient: from the command to the last view, on real workflows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain.events.base import Event
from domain.events.pathway import LegalHoldPlaced
from domain.events.programme import Published
from eventstore.connect import Pool
from eventstore.encryption.key_ring import current_key
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.store import EventStore
from projections.rebuild import rebuild
from projections.runner import run_projector
from projections.views import VIEWS
from tests.domain.histories import MBT_G, closed
from tests.encryption.given import ERASED, a_pathway, happened
from tests.ports import folder_ports
from tests.web.api import Api, bundle
from tests.web.conftest import clock, entities, open_api, services
from tests.workflows.conftest import real_server
from web.services import Services
from workers.temporal import create_worker
from workflows.client import EntityClient

__all__ = ("clock", "entities", "real_server", "services")

ROWS = "SELECT * FROM carepath_log.events WHERE seq <= $1 ORDER BY seq"
BOTH = {"caseload", "timeline"}
LAST = "SELECT max(seq) FROM carepath_log.events"


@dataclass(frozen=True)
class Clinic:
    api: Api
    store: EventStore
    pool: Pool

    async def left(self, years: int, *more: Event) -> str:
        """A patient whose pathway closed so many years ago."""
        pathway = a_pathway()
        ago = datetime.now(UTC) - timedelta(days=years * 366) - closed()[-1].at
        await happened(self.store, pathway, [_moved(one, ago) for one in (*closed(), *more)])
        return pathway

    async def erase(self, pathway: str) -> Any:
        """What the API says of the erasure once nothing is left to do."""
        accepted = await self.api.submit(pathway, "erase", reason="retention_expired")
        assert accepted.status_code == 200, accepted.text
        assert accepted.json()["events"] == ["pathway.erased"]
        async with asyncio.timeout(60):
            while True:
                found = (await self.api.get(f"/api/entities/{pathway}/erasure")).json()
                if found["done"]:
                    return found
                await asyncio.sleep(0)

    async def seen(self, pathway: str) -> set[str]:
        """The views that know the pathway."""
        caseload = (await self.api.get("/api/views/caseload", params={"limit": 500})).json()
        timeline = (await self.api.get(f"/api/views/timeline/{pathway}")).json()
        found = {"timeline"} if timeline["entries"] else set()
        return found | {"caseload" for one in caseload["cases"] if one["pathway_id"] == pathway}

    async def _shows(self, pathway: str) -> bool:
        states = (await self.api.get("/api/views")).json()["views"]
        running = {one["name"] for one in states if one["state"] == "running"}
        return running >= BOTH and await self.seen(pathway) == BOTH

    async def until_seen(self, pathway: str) -> None:
        async with asyncio.timeout(30):
            while not await self._shows(pathway):  # noqa: ASYNC110 - views tell nobody
                await asyncio.sleep(0)


def _moved(event: Event, by: timedelta) -> Event:
    return event.model_copy(update={"at": event.at + by})


@pytest_asyncio.fixture
async def clinic(
    real_server: WorkflowEnvironment,
    services: Services,
    encrypted: EventStore,
    pool: Pool,
    tmp_path: Path,
) -> AsyncIterator[Clinic]:
    live = replace(
        services,
        store=encrypted,
        pool=pool,
        entities=EntityClient(real_server.client),
        now=lambda: datetime.now(UTC),
    )
    ports = folder_ports(encrypted, tmp_path / "outbox")
    async with (
        create_worker(real_server.client, encrypted, ports),
        projecting(pool, encrypted),
        open_api(live) as api,
    ):
        published = Published(at=closed()[0].at, definition=MBT_G)
        await happened(encrypted, "programme-mbt-g", [published])
        yield Clinic(api, encrypted, pool)


@asynccontextmanager
async def projecting(pool: Pool, store: EventStore) -> AsyncIterator[None]:
    stop = asyncio.Event()
    tick = timedelta(milliseconds=10)
    task = asyncio.create_task(run_projector(pool, stop, store, VIEWS, tick))
    yield
    stop.set()
    await asyncio.wait_for(task, 20)


async def test_erasing_leaves_the_rows_of_the_log_and_no_content_anywhere(clinic: Clinic) -> None:
    pathway, other = await clinic.left(11), await clinic.left(11)
    await clinic.until_seen(pathway)
    await clinic.until_seen(other)
    before_seq = await clinic.pool.fetchval(LAST)
    before = await clinic.pool.fetch(ROWS, before_seq)
    shown_other = await clinic.api.shown(other)

    erasure = await clinic.erase(pathway)

    assert erasure["key_destroyed"]
    assert erasure["views"] == {view.name: True for view in VIEWS}
    assert await clinic.pool.fetch(ROWS, before_seq) == before
    assert await clinic.seen(pathway) == set()
    assert await clinic.seen(other) == BOTH
    assert await clinic.api.shown(other) == shown_other
    for view in VIEWS:
        await rebuild(view, clinic.store, clinic.pool)
    assert await clinic.seen(pathway) == set()
    assert await clinic.seen(other) == BOTH
    for view in VIEWS:
        checked = await clinic.api.post(f"/api/views/{view.name}/check")
        assert checked.json()["differences"] == 0, checked.json()


async def test_an_erased_patient_is_shown_as_erased_as_of_any_instant(clinic: Clinic) -> None:
    pathway = await clinic.left(11)
    past = (datetime.now(UTC) - timedelta(days=4000)).isoformat()
    assert "Example" in str(await clinic.api.shown(pathway))

    await clinic.erase(pathway)

    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for asked in ({}, {"as_of": past}, {"as_of": today}, {"known_at": today}):
        with clinic.api.acting_as("auditor"):
            shown = await clinic.api.shown(pathway, **asked)
        replayed = await clinic.api.get("/api/audit/replay", params={"entity": pathway, **asked})
        assert shown == replayed.json()
        assert "Example" not in str(shown)
        assert "F60.3" not in str(shown)
        if shown["timeline"]:
            assert shown["says"] == f"Erased on {today}: the content is gone."
            assert shown["state"]["status"] == "erased"
    census = (await clinic.api.get("/api/audit/replay")).json()
    assert [one["status"] for one in census["pathways"]] == ["erased"]


async def test_the_log_says_that_the_key_is_gone_and_the_workflow_has_ended(
    clinic: Clinic, real_server: WorkflowEnvironment
) -> None:
    pathway = await clinic.left(11)
    await clinic.erase(pathway)
    shown = await clinic.api.shown(pathway)
    erased, *after = shown["timeline"][len(closed()) :]
    assert erased["type"] == "pathway.erased"
    assert {one["type"] for one in after} == {"pathway.effect_settled"}
    outcomes = {one["data"]["effect"]: one["data"]["outcome"] for one in after}
    assert outcomes["destroy_key"] == "done"
    handle = real_server.client.get_workflow_handle(pathway)
    await asyncio.wait_for(handle.result(), 20)
    recovered = (await clinic.api.post("/api/recover")).json()
    assert recovered["open"] == 1, "only the programme is open"


async def test_all_that_forbids_an_erasure_is_said_and_nothing_happens(clinic: Clinic) -> None:
    held = LegalHoldPlaced(at=closed()[-1].at, reason="LH-7")
    pathway = await clinic.left(2, held)

    refused = await clinic.api.submit(pathway, "erase", reason="retention_expired")

    assert refused.status_code == 409
    codes = [reason["code"] for reason in refused.json()["reasons"]]
    assert codes == ["legal_hold", "retention_not_passed"]
    assert (await clinic.api.get(f"/api/entities/{pathway}/erasure")).status_code == 404
    assert (await clinic.api.shown(pathway))["state"]["referral"]["patient"]


async def test_a_hold_is_placed_and_lifted_on_a_pathway_whose_workflow_has_ended(
    clinic: Clinic,
) -> None:
    pathway = await clinic.left(11)
    placed = await clinic.api.submit(pathway, "place_legal_hold", reason="LH-7")
    refused = await clinic.api.submit(pathway, "erase", reason="patient_request")
    lifted = await clinic.api.submit(pathway, "lift_legal_hold", reason="LH-7")
    assert (placed.status_code, refused.status_code, lifted.status_code) == (200, 409, 200)
    assert (await clinic.erase(pathway))["done"]


async def test_an_erasure_under_the_same_id_happens_once(clinic: Clinic) -> None:
    pathway = await clinic.left(11)
    await clinic.erase(pathway)
    again = await clinic.api.submit(pathway, "erase", reason="retention_expired")
    assert (again.status_code, again.json()["events"]) == (200, [])
    other = await clinic.api.submit(pathway, "resume")
    assert (other.status_code, other.json()["reasons"][0]["code"]) == (409, "pathway_erased")


async def test_what_was_recorded_in_clear_is_refused_before_anything_is_written(
    clinic: Clinic, store: EventStore
) -> None:
    on_clear = replace(clinic, store=store)
    pathway = await on_clear.left(11)
    refused = await clinic.api.submit(pathway, "erase", reason="retention_expired")
    assert (refused.status_code, refused.json()["reasons"][0]["code"]) == (409, "recorded_in_clear")


async def test_a_new_referral_of_an_erased_patient_opens_another_pathway(clinic: Clinic) -> None:
    document = bundle(record_number="MRN-1", referral_id="r-1")
    first = (await clinic.api.refer(document))["pathway_id"]
    await clinic.api.submit(first, "discharge", reason="administrative")
    assert (await clinic.api.refer(document))["outcome"] == "duplicate"
    await happened(clinic.store, first, [ERASED])
    await clinic.store.destroy_key(first)

    again = await clinic.api.refer(document)

    assert again["outcome"] == "accepted"
    assert again["pathway_id"] != first


async def test_without_the_organisation_s_key_the_api_says_so(
    clinic: Clinic, cipher: PatientCipher, ring: Path
) -> None:
    pathway = await clinic.left(2)
    cipher._cache.forget(pathway)
    file = ring / f"organisation-{current_key(ring)}.key"
    away = file.rename(ring / "away")
    answer = await clinic.api.get(f"/api/entities/{pathway}")
    away.rename(file)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert "keys status" in answer.json()["error"]["message"]
    assert (await clinic.api.get(f"/api/entities/{pathway}")).status_code == 200
