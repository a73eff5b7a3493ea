"""A transition end to end, from the client to the receipt, beside an Update that does nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.notify import FolderNotifier
from bench.amounts import Amounts
from bench.clinic import ACTOR, publish, shipped_programme
from bench.no_op import NoOp
from bench.rounds import Comparison, Round
from domain.commands.submission import Submission
from eventstore.connect import Pool
from eventstore.store import EventStore
from workers.embedded.temporal import PRAGMAS, program
from workers.keys import ensure_keys
from workers.temporal import SANDBOX, converter, create_worker
from workflows.client import EntityClient
from workflows.pathway import SEARCH_ATTRIBUTES

PATHWAYS = 64
IN_FLIGHT = 32
QUEUE = "bench-no-op"
AS_IT_COMES = SandboxedWorkflowRunner(SANDBOX.restrictions)
"""Temporal's own sandbox, with the same modules passed through."""

Call = Callable[[str], Awaitable[Any]]


@asynccontextmanager
async def transitions(
    pool: Pool, folder: Path, amounts: Amounts
) -> AsyncIterator[list[Comparison]]:
    """Comparisons on a Temporal server with its file in `folder`; it ends with the block."""
    store = EventStore(pool)
    await publish(store, shipped_programme())
    async with AsyncExitStack() as running:
        client = await running.enter_async_context(temporal(folder))
        await running.enter_async_context(
            create_worker(client, store, {"notify": FolderNotifier(folder / "outbox")})
        )
        await running.enter_async_context(
            Worker(client, task_queue=QUEUE, workflows=[NoOp], workflow_runner=AS_IT_COMES)
        )
        yield await _comparisons(client, amounts)


@asynccontextmanager
async def temporal(folder: Path) -> AsyncIterator[Client]:
    """A server as the embedded stack runs it, with encrypted payloads."""
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(program()),
        dev_server_database_filename=str(folder / "temporal.db"),
        dev_server_extra_args=[word for one in PRAGMAS for word in ("--sqlite-pragma", one)],
        data_converter=converter(ensure_keys(folder / "keys")),
        search_attributes=SEARCH_ATTRIBUTES,
    )
    async with environment:
        yield environment.client


async def _comparisons(client: Client, amounts: Amounts) -> list[Comparison]:
    entities = EntityClient(client)
    pathways = [await _refer(entities) for _ in range(PATHWAYS)]
    no_ops = [await _start(client) for _ in range(PATHWAYS)]

    async def submit(pathway: str) -> None:
        await entities.submit(pathway, _measure())

    async def touch(workflow_id: str) -> None:
        submission = _measure()
        handle = client.get_workflow_handle(workflow_id)
        await handle.execute_update(NoOp.touch, submission, id=str(submission.command_id))

    return [
        Comparison(
            what="transition, 1 in flight (median)",
            unit="ms",
            against="no-op Update, same server",
            aim="≤ 1.8",
            ours=_latency(submit, pathways, amounts.one_at_a_time),
            reference=_latency(touch, no_ops, amounts.one_at_a_time),
        ),
        Comparison(
            what=f"transitions, {IN_FLIGHT} in flight",
            unit="per s",
            against="no-op Updates, same server",
            aim="≥ 0.6",
            ours=_throughput(submit, pathways, amounts.side_by_side),
            reference=_throughput(touch, no_ops, amounts.side_by_side),
        ),
    ]


def _latency(call: Call, targets: list[str], times: int) -> Round:
    async def run() -> float:
        taken = []
        for target in islice(cycle(targets), times):
            begun = perf_counter()
            await call(target)
            taken.append(perf_counter() - begun)
        return median(taken) * 1000

    return run


def _throughput(call: Call, targets: list[str], times: int) -> Round:
    async def run() -> float:
        waiting = islice(cycle(targets), times)

        async def caller() -> None:
            for target in waiting:
                await call(target)

        begun = perf_counter()
        await asyncio.gather(*(caller() for _ in range(IN_FLIGHT)))
        return times / (perf_counter() - begun)

    return run


async def _refer(entities: EntityClient) -> str:
    pathway = f"pathway-{uuid4()}"
    referral = {
        "referral_id": str(uuid4()),
        "reasons": ["F60.3"],
        "patient": {
            "record_number": f"urn:bench|{uuid4()}",
            "family_name": "Sample",
            "given_names": ["Avery"],
            "birth_date": "1990-04-02",
            "state": "FL",
        },
    }
    label = shipped_programme().label
    await entities.submit_starting(
        pathway, _submission("refer", programme=label, referral=referral)
    )
    return pathway


async def _start(client: Client) -> str:
    handle = await client.start_workflow(NoOp.run, id=f"no-op-{uuid4()}", task_queue=QUEUE)
    return handle.id


def _measure() -> Submission:
    now = datetime.now(UTC).isoformat()
    return _submission("record_measure", measure="gad-7", score=12, taken_at=now)


def _submission(command: str, **data: Any) -> Submission:
    return Submission(command_id=uuid4(), command=command, data=data, actor=ACTOR)
