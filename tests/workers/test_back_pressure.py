"""When more is asked than can be done, the API says so at once, and when to come again."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

import httpx
import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain.commands.submission import Submission
from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.ports import folder_ports
from tests.web.api import TOKEN, Api
from tests.workflows.clinic import Clinic, mbt_g, referral, submission
from web.app import create_app
from web.services import Services
from web.tokens import Token
from web.turns import AT_ONCE
from workers.keys import ensure_keys
from workers.temporal import converter, create_worker
from workflows.client import Busy, EntityClient, Unreachable
from workflows.pathway import SEARCH_ATTRIBUTES

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
"""What an append to a stream waits for."""

CONSENT: dict[str, Any] = {
    "consent": "treatment",
    "document_version": "1",
    "given_at": "2026-11-20T15:00:00-05:00",
}

IN_FLIGHT = 3
BUSY = ("--dynamic-config-value", f"history.maxInFlightUpdates={IN_FLIGHT}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WorkflowEnvironment]:
    """A server that takes few updates of a workflow at once."""
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_extra_args=BUSY,
        data_converter=converter(ensure_keys(tmp_path_factory.mktemp("keys"))),
        search_attributes=SEARCH_ATTRIBUTES,
    )
    async with environment:
        yield environment


@pytest_asyncio.fixture
async def clinic(
    server: WorkflowEnvironment, store: EventStore, tmp_path: Path
) -> AsyncIterator[Clinic]:
    outbox = tmp_path / "outbox"
    async with create_worker(server.client, store, folder_ports(store, outbox)):
        clinic = Clinic(server, EntityClient(server.client), store, outbox)
        await clinic.publish(mbt_g())
        yield clinic
        await server.client.get_workflow_handle("programme-mbt-g").terminate()


@asynccontextmanager
async def standing_still(pool: Pool, entity: str) -> AsyncIterator[None]:
    """Nothing can be appended to the entity's stream."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(LOCK, entity)
        yield


def api_of(pool: Pool, store: EventStore, entities: EntityClient) -> Api:
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    token = Token(sha256=digest, subject="account-1", role="coordinator")
    services = Services(store, entities, pool, (token,), token_bytes(32))
    return Api(
        transport=httpx.ASGITransport(create_app(services)),
        base_url="http://carepath",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )


async def outcome(command: Awaitable[object]) -> str:
    try:
        await command
    except (Busy, Unreachable) as refused:
        return type(refused).__name__
    return "done"


async def test_an_entity_with_too_many_commands_under_way_is_busy_and_does_the_others(
    clinic: Clinic, pool: Pool
) -> None:
    """Temporal itself refuses what comes beyond its limit, and the client says `Busy`."""
    pathway = await clinic.refer(referral())
    consents = [await clinic.consent() for _ in range(IN_FLIGHT + 2)]
    async with standing_still(pool, pathway):
        sent = [
            asyncio.create_task(outcome(clinic.entities.submit(pathway, one))) for one in consents
        ]
        await first_told(sent, "Busy")
    outcomes = [await one for one in sent]

    assert "Busy" in outcomes
    assert set(outcomes) <= {"Busy", "done", "Unreachable"}, "Unreachable: nobody knows whether"
    done = [one for one, said in zip(consents, outcomes, strict=True) if said == "done"]
    assert await times_recorded(clinic, pathway, done) == [1] * len(done)
    for one in consents:
        await clinic.entities.submit(pathway, one)
    assert await times_recorded(clinic, pathway, consents) == [1] * len(consents)


async def first_told(sent: Sequence[asyncio.Task[str]], outcome: str) -> None:
    """Wait until one of the commands has ended like this: a slow machine may lose others before."""
    for ended in asyncio.as_completed(sent, timeout=25):
        if await ended == outcome:
            return
    raise AssertionError(f"No command was answered {outcome}.")


async def times_recorded(clinic: Clinic, pathway: str, consents: Sequence[Submission]) -> list[int]:
    """How often each of the commands gave a consent; `Busy` leaves open whether it did."""
    given = [
        one.origin.command_id
        for one in await clinic.events(pathway)
        if one.type == "pathway.consent_given"
    ]
    return [given.count(one.command_id) for one in consents]


async def test_a_process_takes_no_more_commands_than_it_can_wait_for(
    clinic: Clinic, pool: Pool
) -> None:
    entities = EntityClient(clinic.environment.client, at_once=1)
    pathway, other = await clinic.refer(referral()), await clinic.refer(referral())
    async with standing_still(pool, pathway):
        first = asyncio.create_task(entities.submit(pathway, await clinic.consent()))
        await asyncio.wait([first], timeout=0)
        with pytest.raises(Busy):
            await entities.submit(other, await clinic.consent())
    await first

    await entities.submit(other, await clinic.consent())


async def test_the_api_answers_429_and_when_to_come_again(
    clinic: Clinic, pool: Pool, store: EventStore
) -> None:
    pathway = await clinic.refer(referral())
    async with api_of(pool, store, clinic.entities) as api:
        async with standing_still(pool, pathway):
            sent = [
                asyncio.create_task(api.submit(pathway, "give_consent", **CONSENT))
                for _ in range(12)
            ]
            await asyncio.wait(sent, timeout=25, return_when="FIRST_COMPLETED")
        answers = [await one for one in sent]
        refused = [one for one in answers if one.status_code == 429]
        again = await api.submit(pathway, "give_consent", **CONSENT)

    assert len(refused) >= 12 - AT_ONCE
    assert {one.status_code for one in answers} <= {200, 409, 429}, "409: it was given already"
    assert {one.json()["error"]["code"] for one in refused} == {"busy"}
    assert all(int(one.headers["Retry-After"]) >= 1 for one in refused)
    assert again.status_code in (200, 409), again.text


async def test_workers_that_wait_for_the_log_are_busy_and_the_command_happens_once(
    clinic: Clinic, pool: Pool
) -> None:
    impatient = EntityClient(clinic.environment.client, patience=timedelta(seconds=1))
    pathway, consent = await clinic.refer(referral()), await clinic.consent()
    async with standing_still(pool, pathway):
        with pytest.raises(Busy):
            await impatient.submit(pathway, consent)

    again = await clinic.entities.submit(pathway, consent)

    assert again.events == ("pathway.consent_given",)
    assert (await clinic.types(pathway)).count("pathway.consent_given") == 1


async def test_where_nobody_works_a_command_is_not_busy_but_undelivered(tmp_path: Path) -> None:
    programme, publish = "programme-mbt-g", submission("publish", {})
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        data_converter=converter(ensure_keys(tmp_path / "keys")),
    ) as deserted:
        entities = EntityClient(deserted.client, patience=timedelta(seconds=1))
        await entities.start(programme)

        assert await outcome(entities.submit(programme, publish)) == "Late"
