"""A new run begins in time, whatever an effect waits for."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from activities.contracts import EffectRequest
from activities.ports import DONE, Settled
from eventstore.store import EventStore
from tests.ports import folder_ports
from tests.workflows.clinic import Clinic, mbt_g, referral
from tests.workflows.practice import at_rest, disagreeing
from workers.temporal import create_worker
from workflows.client import EntityClient
from workflows.messenger import FINISH_WITHIN


class SlowPayer:
    """Answers nobody until it is released; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.released = asyncio.Event()

    async def perform(self, request: EffectRequest) -> Settled:
        self.asked.append(str(request.pending.id))
        await self.released.wait()
        return DONE


@pytest.fixture
def payer() -> SlowPayer:
    return SlowPayer()


@pytest_asyncio.fixture
async def clinic(
    skipping: WorkflowEnvironment, store: EventStore, tmp_path: Path, payer: SlowPayer
) -> AsyncIterator[Clinic]:
    outbox = tmp_path / "outbox"
    ports = {**folder_ports(store, outbox), "benefits": payer}
    async with create_worker(skipping.client, store, ports):
        clinic = Clinic(skipping, EntityClient(skipping.client), store, outbox)
        await clinic.publish(mbt_g())
        yield clinic
        payer.released.set()


async def test_a_new_run_begins_although_a_payer_does_not_answer_and_asks_again(
    clinic: Clinic, payer: SlowPayer
) -> None:
    pathway = await clinic.refer(referral())
    await clinic.submit(pathway, "request_benefits_check", payer="A payer")

    async with asyncio.timeout(2 * FINISH_WITHIN.total_seconds()):
        await clinic.renew(pathway)
    await clinic.entities.submit(pathway, await clinic.consent())
    before = await clinic.types(pathway)
    payer.released.set()
    await at_rest(clinic)

    assert before[-1] == "pathway.consent_given"
    assert (await clinic.types(pathway))[len(before) :].count("pathway.effect_settled") == 1
    assert len(set(payer.asked)) == 1
    assert await disagreeing(clinic) == []
