"""Records histories of real workflows: `python -m tests.workflows.record`.

They are replayed by `test_replay.py`, so that a change to workflow code which running workflows
could not survive is noticed. Record again only when such a change is meant, and say so in the
commit: workflows that are running then must be moved to the new code by a renewal.
"""

import asyncio
import hashlib
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.testing import WorkflowEnvironment

from eventstore.connect import create_pool
from eventstore.migrate import migrate
from eventstore.store import EventStore
from tests.workflows.clinic import Clinic, clinic_on, referral, register_search_attributes
from tests.workflows.test_whole_way import PLAN
from workers.codec import EncryptionCodec, KeyRing
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave

HISTORIES = Path(__file__).parent / "histories"


def converter() -> DataConverter:
    """Under a key that is no secret: what it encrypts is invented."""
    key = hashlib.sha256(b"recorded histories of invented patients").digest()
    return replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(KeyRing(current="recorded", keys={"recorded": key})),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def in_assessment(clinic: Clinic) -> str:
    pathway = await clinic.refer(referral())
    start = await clinic.now() + timedelta(days=3)
    await clinic.submit(pathway, "book_session", kind="assessment", starts_at=start.isoformat())
    await clinic.pass_time(days=3, hours=1)
    await clinic.submit(
        pathway, "record_session", kind="assessment", held_at=start.isoformat(), attended=True
    )
    return pathway


async def in_introduction(clinic: Clinic) -> str:
    pathway = await in_assessment(clinic)
    await clinic.pass_time(days=7)
    now = (await clinic.now()).isoformat()
    submit = clinic.submit
    await submit(pathway, "record_session", kind="assessment", held_at=now, attended=True)
    for measure in ("phq-9", "gad-7", "wsas", "bsl-23", "c-ssrs"):
        risk_item = 0 if measure == "phq-9" else None
        score = {"measure": measure, "score": 0, "risk_item": risk_item}
        await submit(pathway, "record_measure", taken_at=now, **score)
    await submit(pathway, "give_consent", consent="treatment", document_version="1", given_at=now)
    await submit(pathway, "agree_safety_plan", plan=PLAN, agreed_at=now)
    decided = {"decided_by": "clinician-1", "reason": "Severity"}
    await submit(pathway, "decide_suitability", suitable=True, **decided)
    await submit(pathway, "choose_duration", variant="six-months", **decided)
    await submit(pathway, "enter_phase", phase="introduction")
    await clinic.pass_time(days=7)
    now = (await clinic.now()).isoformat()
    await submit(pathway, "record_session", kind="group", held_at=now, attended=True)
    return pathway


async def in_a_pause(clinic: Clinic) -> str:
    pathway = await in_introduction(clinic)
    back = await clinic.now() + timedelta(weeks=3)
    await clinic.submit(pathway, "pause", reason="A journey", resume_at=back.isoformat())
    await clinic.pass_time(weeks=4)
    await clinic.submit(pathway, "resume")
    await clinic.pass_time(weeks=6)
    return pathway


async def in_a_second_run(clinic: Clinic) -> str:
    pathway = await in_introduction(clinic)
    await clinic.renew(pathway)
    await clinic.pass_time(weeks=5)
    return pathway


async def after_the_end(clinic: Clinic) -> str:
    pathway = await in_introduction(clinic)
    await clinic.submit(pathway, "discharge", reason="patient_withdrew")
    await clinic.pass_time(weeks=60)
    return pathway


async def a_programme(clinic: Clinic) -> str:
    return f"programme-{(await clinic.definition()).id}"


RECORDED: tuple[Callable[[Clinic], Awaitable[str]], ...] = (
    in_assessment,
    in_introduction,
    in_a_pause,
    in_a_second_run,
    after_the_end,
    a_programme,
)


async def record() -> None:
    """Let every kind of history happen, and keep it."""
    HISTORIES.mkdir(exist_ok=True)
    server = Path(sys.executable).with_name("temporal-test-server")
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(server), data_converter=converter()
    )
    async with environment, postgres_server() as dsn:
        await register_search_attributes(environment.client)
        pool = await create_pool(dsn)
        async with pool.acquire() as connection:
            await migrate(connection)
        outbox = Path(tempfile.mkdtemp())
        async with clinic_on(environment, EventStore(pool), outbox) as clinic:
            for happen in RECORDED:
                entity = await happen(clinic)
                history = await environment.client.get_workflow_handle(entity).fetch_history()
                (HISTORIES / f"{happen.__name__}.json").write_text(history.to_json() + "\n")
        await pool.close()


if __name__ == "__main__":
    asyncio.run(record())
    leave(0)
