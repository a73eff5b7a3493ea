"""A clinic as the tests drive it: commands to real workflows, on a clock that skips."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.ports import Adapter
from domain.actor import Actor
from domain.commands.submission import Receipt, Submission
from domain.deciders import decider_of
from domain.events.envelope import RecordedEvent
from domain.fold import Folded, fold
from domain.programmes.definition import Definition
from eventstore.store import EventStore
from tests.definitions import by_hand
from tests.ports import folder_ports
from tests.workflows.followed import Followed
from workers.embedded.programmes import shipped_definitions
from workers.temporal import create_worker
from workflows.client import EntityClient, NotRunning
from workflows.pathway import SEARCH_ATTRIBUTES

COORDINATOR = Actor(subject="coordinator-1", role="coordinator")
NORA = f"clinician-{UUID(int=1)}"
"""The clinician who decides."""


@dataclass
class Clinic:
    environment: WorkflowEnvironment
    entities: EntityClient
    store: EventStore
    outbox: Path

    def __post_init__(self) -> None:
        self.followed = Followed(self.store)

    async def now(self) -> datetime:
        return await self.environment.get_current_time()

    async def pass_time(self, **length: float) -> datetime:
        await self.environment.sleep(timedelta(**length))
        return await self.now()

    async def publish(self, definition: Definition) -> Receipt:
        data = {"definition": definition.model_dump(mode="json")}
        return await self.entities.submit_starting(
            f"programme-{definition.id}", submission("publish", data)
        )

    async def refer(self, referral: dict[str, Any], programme: str = "mbt-g@1") -> str:
        pathway = f"pathway-{uuid4()}"
        data = {"programme": programme, "referral": referral}
        await self.entities.submit_starting(pathway, submission("refer", data))
        return pathway

    async def submit(self, pathway: str, command: str, **data: Any) -> Receipt:
        return await self.entities.submit(pathway, submission(command, data))

    async def decided(self, reason: str = "Severity") -> dict[str, str]:
        """A clinician's decision: she is registered with the first, and once."""
        data = {"programme": "mbt-g@1", "name": "Nora Example"}
        register = Submission(
            command_id=UUID(int=1), command="register", data=data, actor=COORDINATOR
        )
        await self.entities.submit_starting(NORA, register)
        return {"decided_by": NORA, "reason": reason}

    async def events(self, entity: str) -> list[RecordedEvent]:
        return await self.store.read_stream(entity)

    async def events_of(self, entity: str, kind: str) -> list[RecordedEvent]:
        return [one for one in await self.events(entity) if one.type == kind]

    async def definition(self) -> Definition:
        latest = (await self.folded("programme-mbt-g")).state.latest
        assert isinstance(latest, Definition)
        return latest

    async def consent(self) -> Submission:
        given_at = (await self.now()).isoformat()
        data = {"consent": "treatment", "document_version": "1", "given_at": given_at}
        return submission("give_consent", data)

    async def renew(self, entity: str) -> None:
        """Have the workflow begin a new run, and wait until it has."""
        before = await self._run_of(entity)
        await self.entities.renew(entity)
        while await self._run_of(entity) == before:  # noqa: ASYNC110 - Temporal tells nobody
            await asyncio.sleep(0)

    async def _run_of(self, entity: str) -> str:
        return (await self._described(entity)).execution.run_id

    async def history_length(self, entity: str) -> int:
        return (await self._described(entity)).history_length

    async def _described(self, entity: str) -> WorkflowExecutionInfo:
        """As the server says it: the client cannot read an instant that was taken away again."""
        client = self.environment.client
        asked = DescribeWorkflowExecutionRequest(
            namespace=client.namespace, execution=WorkflowExecution(workflow_id=entity)
        )
        described = await client.workflow_service.describe_workflow_execution(asked)
        return described.workflow_execution_info

    async def agrees_with_log(self, entity: str) -> bool:
        """The workflow holds what the fold of the stream is, or runs no more and is to be over."""
        folded = await self.folded(entity)
        try:
            snapshot = await self.entities.snapshot(entity)
        except NotRunning:
            return decider_of(entity).is_closed(folded.state)
        return (
            snapshot.version == folded.version
            and snapshot.state == folded.state.model_dump(mode="json")
            and set(snapshot.pending) == set(folded.pending)
        )

    async def types(self, entity: str) -> list[str]:
        return [one.type for one in await self.events(entity)]

    async def folded(self, entity: str) -> Folded[Any]:
        return fold(decider_of(entity), await self.events(entity))


def submission(command: str, data: dict[str, Any]) -> Submission:
    return Submission(command_id=uuid4(), command=command, data=data, actor=COORDINATOR)


def referral(**changes: Any) -> dict[str, Any]:
    patient = {
        "record_number": f"urn:clinic|{uuid4()}",
        "family_name": "Sample",
        "given_names": ["Avery"],
        "birth_date": "1990-04-02",
        "state": "FL",
    }
    return {"referral_id": str(uuid4()), "reasons": ["F60.3"], "patient": patient, **changes}


async def register_search_attributes(client: Client) -> None:
    types = {
        key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in SEARCH_ATTRIBUTES
    }
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=types)
    )


@asynccontextmanager
async def clinic_on(
    environment: WorkflowEnvironment,
    store: EventStore,
    outbox: Path,
    *,
    ports: Mapping[str, Adapter] | None = None,
    jobs: Sequence[Callable[..., Any]] = (),
) -> AsyncIterator[Clinic]:
    """A clinic that sends nothing; `ports` are those where it is otherwise."""
    adapters = {**folder_ports(store, outbox), **(ports or {})}
    async with create_worker(environment.client, store, adapters, jobs=jobs):
        clinic = Clinic(environment, EntityClient(environment.client), store, outbox)
        await clinic.publish(mbt_g())
        yield clinic


def mbt_g() -> Definition:
    return by_hand(next(one for one in shipped_definitions() if one.id == "mbt-g"))
