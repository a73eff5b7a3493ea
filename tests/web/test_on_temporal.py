"""The API on real workflows: what only Temporal can show."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from eventstore.store import EventStore
from tests.ports import folder_ports
from tests.web.api import Api, bundle
from tests.web.conftest import open_api
from tests.workflows.conftest import real_server
from web.services import Services
from workers.temporal import create_worker
from workflows.client import EntityClient

__all__ = ("real_server",)


@pytest_asyncio.fixture
async def live(
    real_server: WorkflowEnvironment,
    services: Services,
    definition: dict[str, Any],
    tmp_path: Path,
) -> AsyncIterator[Api]:
    """The API of a clinic whose entities run on Temporal, with the present time."""
    client, store = real_server.client, services.store
    on_temporal = replace(services, entities=EntityClient(client), now=lambda: datetime.now(UTC))
    async with (
        create_worker(client, store, folder_ports(store, tmp_path / "outbox")),
        open_api(on_temporal) as api,
    ):
        published = await api.post("/api/programmes", json=definition)
        assert published.status_code == 200, published.text
        yield api


async def test_of_the_same_referral_many_times_at_once_exactly_one_is_accepted(
    live: Api, store: EventStore
) -> None:
    content = bundle()

    outcomes = await asyncio.gather(*(live.refer(content) for _ in range(6)))

    assert sorted(one["outcome"] for one in outcomes) == ["accepted"] + ["duplicate"] * 5
    (pathway,) = {one["pathway_id"] for one in outcomes}
    types = [one.type for one in await store.read_stream(pathway)]
    assert types.count("pathway.referred") == 1


async def test_a_refused_referral_starts_no_workflow(
    live: Api, real_server: WorkflowEnvironment
) -> None:
    before = (await real_server.client.count_workflows()).count

    assert (await live.refer(bundle(state="NY")))["outcome"] == "state_not_served"

    assert (await real_server.client.count_workflows()).count == before


async def test_a_command_is_taken_refused_and_answered_again_after_the_end(live: Api) -> None:
    pathway = await live.opened()
    body = {
        "command": "discharge",
        "data": {"reason": "patient_withdrew"},
        "command_id": str(uuid4()),
    }
    path = f"/api/entities/{pathway}/commands"

    refused = await live.submit(pathway, "resume")
    done = await live.post(path, json=body)
    again = await live.post(path, json=body)
    after = await live.submit(pathway, "resume")

    assert (refused.status_code, refused.json()["reasons"][0]["code"]) == (409, "not_paused")
    assert (done.status_code, again.status_code) == (200, 200)
    assert done.json()["version"] == again.json()["version"]
    assert (after.status_code, after.json()["reasons"][0]["code"]) == (409, "pathway_closed")


async def test_a_lost_workflow_comes_back_with_the_next_command_or_with_recovery(
    live: Api, real_server: WorkflowEnvironment
) -> None:
    by_command, by_recovery = await live.opened(), await live.opened()
    for pathway in (by_command, by_recovery):
        await real_server.client.get_workflow_handle(pathway).terminate()

    answer = await live.submit(
        by_command, "discharge", reason="administrative", explanation="A test."
    )
    recovered = (await live.post("/api/recover")).json()

    assert answer.status_code == 200, answer.text
    assert recovered["started"] >= 1
    assert (await live.submit(by_recovery, "resume")).status_code == 409
    again = (await live.post("/api/recover")).json()
    assert again["started"] == 0


async def test_nobody_stays_unknown(live: Api) -> None:
    answer = await live.submit("pathway-00000000-0000-8000-8000-000000000000", "resume")

    assert answer.status_code == 404
