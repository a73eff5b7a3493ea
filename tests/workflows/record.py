"""Records histories of real workflows: `python -m tests.workflows.record [NAME ...]`.

Without names it records those that are not there yet, with `all` every one anew. They are replayed
by `test_replay.py`, so that a change to workflow code which running workflows could not survive is
noticed. Record again only when such a change is meant, and say so in the commit: it is another
build, to which running workflows move by a new run.
"""

import asyncio
import hashlib
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadConverter,
)
from temporalio.testing import WorkflowEnvironment

from eventstore.connect import create_pool
from eventstore.migrate import migrate
from eventstore.store import EventStore
from projections.deadlines.view import DEADLINES
from projections.rebuild import rebuild
from projections.tables import ensure_catalogue
from tests.workflows import intensive_recorded, others_recorded, pathways_recorded
from tests.workflows.away import SometimesAway
from tests.workflows.clinic import Clinic, clinic_on, register_search_attributes
from workers.codec import EncryptionCodec, KeyRing
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.fleet.jobs import DueJobs
from workflows.client import EntityClient

HISTORIES = Path(__file__).parent / "histories"


class Untraced(DefaultFailureConverterWithEncodedAttributes):
    """Says of a failure what it was, and not where the machine that recorded it keeps its code."""

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        super().to_failure(exception.with_traceback(None), payload_converter, failure)


def converter() -> DataConverter:
    """Under a key that is no secret: what it encrypts is invented."""
    key = hashlib.sha256(b"recorded histories of invented patients").digest()
    return replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(KeyRing(current="recorded", keys={"recorded": key})),
        failure_converter_class=Untraced,
    )


Happening = Callable[[Clinic], Awaitable[str]]
"""Lives through something, and gives the id of the workflow whose history is kept."""

RECORDED: tuple[Happening, ...] = (
    pathways_recorded.in_assessment,
    pathways_recorded.in_introduction,
    pathways_recorded.in_psychoeducation,
    pathways_recorded.in_ongoing,
    pathways_recorded.in_discharge,
    pathways_recorded.in_a_pause,
    pathways_recorded.in_a_second_run,
    pathways_recorded.after_the_end,
    pathways_recorded.with_a_seat_offer,
    pathways_recorded.transferred,
    pathways_recorded.with_reminders_that_failed,
    intensive_recorded.in_intensive_care,
    intensive_recorded.after_intensive_care,
    others_recorded.a_programme,
    others_recorded.a_job_of_the_fleet,
    others_recorded.a_group_that_forms,
    others_recorded.a_group_with_members,
    others_recorded.a_group_after_a_session,
    others_recorded.a_group_that_closed,
    others_recorded.a_clinician_who_was_warned,
    others_recorded.a_clinician_whose_papers_expired,
    others_recorded.an_on_call_list,
    others_recorded.a_records_request,
    others_recorded.an_escalation_resolved,
    others_recorded.an_escalation_acknowledged,
    others_recorded.an_escalation_that_calls,
    pathways_recorded.with_an_escalation,
)
"""Escalations that stay open come last: they call every quarter of an hour."""


def chosen(names: Sequence[str]) -> list[Happening]:
    """Those of these names, in the order in which they are recorded."""
    if not names:
        return [one for one in RECORDED if not file_of(one).exists()]
    return [one for one in RECORDED if "all" in names or one.__name__ in names]


def file_of(happen: Happening) -> Path:
    return HISTORIES / f"{happen.__name__}.json"


async def record(happenings: Sequence[Happening]) -> None:
    """Let these histories happen, and keep them."""
    HISTORIES.mkdir(exist_ok=True)
    server = Path(sys.executable).with_name("temporal-test-server")
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(server), data_converter=converter(), identity="recorder"
    )
    async with environment, postgres_server() as dsn:
        await register_search_attributes(environment.client)
        pool = await create_pool(dsn)
        async with pool.acquire() as connection:
            await migrate(connection)
        await ensure_catalogue(pool)
        store, folder = EventStore(pool), Path(tempfile.mkdtemp())
        await rebuild(DEADLINES, store, pool)
        due = DueJobs(store, EntityClient(environment.client), pool)
        outbox = folder / "outbox"
        away = {"notify": SometimesAway(outbox)}
        async with clinic_on(environment, store, outbox, ports=away, jobs=[due.overdue]) as clinic:
            for happen in happenings:
                workflow = await happen(clinic)
                history = await environment.client.get_workflow_handle(workflow).fetch_history()
                file_of(happen).write_text(history.to_json() + "\n")
        await pool.close()


if __name__ == "__main__":
    asyncio.run(record(chosen(sys.argv[1:])))
    leave(0)
