"""Speaking to entities from outside: submit a command, start a workflow, ask for its snapshot."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import QueryRejectCondition, WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.contracts import VERSION_CONFLICT
from domain.commands.submission import Receipt, Submission
from domain.decider import Reason, Rejected
from domain.deciders import decider_of
from workflows.entity import EntityHost, EntityStart, Snapshot
from workflows.hosted import (
    Clinician,
    OnCallList,
    ProgrammeVersions,
    RecordsRequest,
    SafetyEscalation,
    TherapyGroup,
)
from workflows.messenger import HEAR
from workflows.pathway import PatientPathway
from workflows.refusals import REJECTED

TASK_QUEUE = "carepath"

WORKFLOWS = (
    PatientPathway,
    ProgrammeVersions,
    TherapyGroup,
    Clinician,
    OnCallList,
    SafetyEscalation,
    RecordsRequest,
)

_TYPE_OF: Mapping[str, str] = {
    "pathway": "PatientPathway",
    "programme": "Programme",
    "group": "TherapyGroup",
    "clinician": "Clinician",
    "oncall": "OnCallList",
    "escalation": "SafetyEscalation",
    "request": "RecordsRequest",
}
"""The workflow type that hosts each kind of entity."""

ENTITY_TYPES = tuple(_TYPE_OF.values())

_PATIENCE = timedelta(seconds=20)

AT_ONCE = 200
"""Commands of one process under way at once: what comes beyond would only wait its turn out."""

POLLS_AT_LEAST_EVERY = timedelta(seconds=70)
"""A worker that has room asks for work so often: one that did not is gone, or has none."""


class EntityError(Exception):
    """A command could not be delivered to its entity."""


class NotRunning(EntityError):
    """No workflow keeps this entity alive: it is closed, unknown, or lost and to be recovered."""

    def __init__(self, entity_id: str) -> None:
        super().__init__(f"no workflow runs for {entity_id}")
        self.entity_id = entity_id


class Busy(EntityError):
    """Too many commands at once: send the same one again, under the same id, a little later."""


class Undecided(EntityError):
    """The rules themselves failed on this command, which is an error in the code: report it.

    Nothing was written, and the entity takes other commands as before.
    """


class Unreachable(EntityError):
    """Temporal or its workers do not answer.

    Send the same command again, under the same id: it happens once, whether or not it arrived now.
    """


class Late(Unreachable):
    """The answer to a command did not come in time."""


class EntityClient:
    """The way to running entities.

    An answer is waited for as long as `patience`. Of more commands than `at_once` that are under
    way, the rest are told to come again.
    """

    def __init__(
        self, client: Client, patience: timedelta = _PATIENCE, at_once: int = AT_ONCE
    ) -> None:
        self._client = client
        self._patience = patience
        self._at_once = at_once
        self._under_way = 0

    async def submit(self, entity_id: str, submission: Submission) -> Receipt:
        """Send a command to a running entity. Raises `Rejected` or an `EntityError`."""
        async with self._delivering(entity_id):
            return await self._handle(entity_id).execute_update(
                EntityHost.submit,
                submission,
                id=str(submission.command_id),
                rpc_timeout=self._patience,
            )

    async def submit_starting(self, entity_id: str, submission: Submission) -> Receipt:
        """Send a command to an entity, and start its workflow if none runs."""
        async with self._delivering(entity_id):
            return await self._client.execute_update_with_start_workflow(
                EntityHost.submit,
                submission,
                id=str(submission.command_id),
                rpc_timeout=self._patience,
                start_workflow_operation=WithStartWorkflowOperation(
                    _type_of(entity_id),
                    EntityStart(entity_id=entity_id),
                    id=entity_id,
                    task_queue=TASK_QUEUE,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                ),
            )

    async def start(self, entity_id: str) -> bool:
        """Start the workflow of an entity of the log. False: it was running already."""
        with _translated(entity_id):
            try:
                await self._client.start_workflow(
                    _type_of(entity_id),
                    EntityStart(entity_id=entity_id),
                    id=entity_id,
                    task_queue=TASK_QUEUE,
                )
            except WorkflowAlreadyStartedError:
                return False
        return True

    async def begin_anew(self, entity_id: str) -> None:
        """End the run of an entity, if there is one, and begin another from the log.

        For a run that no worker can go on with. What was under way in it is attempted again.
        """
        with _translated(entity_id):
            await self._client.start_workflow(
                _type_of(entity_id),
                EntityStart(entity_id=entity_id),
                id=entity_id,
                task_queue=TASK_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            )

    async def wake(self, entity_id: str, submission: Submission, answer_to: str) -> None:
        """Start an entity, if it does not run, and give it a command of another entity's."""
        with _translated(entity_id):
            await self._client.start_workflow(
                _type_of(entity_id),
                EntityStart(entity_id=entity_id),
                id=entity_id,
                task_queue=TASK_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=HEAR,
                start_signal_args=[submission, answer_to],
            )

    async def snapshot(self, entity_id: str) -> Snapshot:
        """What the running entity holds. Raises `NotRunning` for one whose run is over, too."""
        with _translated(entity_id):
            return await self._handle(entity_id).query(
                EntityHost.snapshot,
                reject_condition=QueryRejectCondition.NOT_OPEN,
                rpc_timeout=self._patience,
            )

    async def renew(self, entity_id: str) -> None:
        """Have the entity begin a new run from the log."""
        with _translated(entity_id):
            await self._handle(entity_id).signal(EntityHost.renew, rpc_timeout=self._patience)

    @asynccontextmanager
    async def _delivering(self, entity_id: str) -> AsyncIterator[None]:
        """Count a command as under way. Raises `Busy`, also for one that busy workers let wait."""
        if self._under_way >= self._at_once:
            raise Busy("too many commands are under way")
        self._under_way += 1
        try:
            with _translated(entity_id):
                yield
        except Late as late:
            if await self._somebody_works():
                raise Busy("its workers are busy, or wait for the log") from late
            raise
        finally:
            self._under_way -= 1

    async def _somebody_works(self) -> bool:
        """Whether a worker has asked for work lately."""
        request = DescribeTaskQueueRequest(
            namespace=self._client.namespace,
            task_queue=TaskQueue(name=TASK_QUEUE),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        try:
            found = await self._client.workflow_service.describe_task_queue(
                request, timeout=self._patience
            )
        except RPCError:
            return False
        since = datetime.now(UTC) - POLLS_AT_LEAST_EVERY
        return any(one.last_access_time.ToDatetime(UTC) > since for one in found.pollers)

    def _handle(self, entity_id: str) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(entity_id)


def _type_of(entity_id: str) -> str:
    return _TYPE_OF[decider_of(entity_id).kind]


@contextmanager
def _translated(entity_id: str) -> Iterator[None]:
    """Temporal's errors as ours."""
    try:
        yield
    except WorkflowUpdateFailedError as failed:
        raise _refusal(failed) from failed
    except WorkflowUpdateRPCTimeoutOrCancelledError as late:
        raise Late("no worker answered in time") from late
    except WorkflowQueryRejectedError as over:
        raise NotRunning(entity_id) from over
    except RPCError as error:
        raise _of_rpc(error, entity_id) from error


def _refusal(failed: WorkflowUpdateFailedError) -> Exception:
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type == REJECTED:
        (reasons,) = cause.details
        return Rejected(*(Reason.model_validate(reason) for reason in reasons))
    if isinstance(cause, ApplicationError) and cause.type == VERSION_CONFLICT:
        return Busy("somebody else writes to this entity all the time")
    return Undecided("the command could not be decided")


def _of_rpc(error: RPCError, entity_id: str) -> EntityError:
    if error.status == RPCStatusCode.NOT_FOUND:
        return NotRunning(entity_id)
    if error.status == RPCStatusCode.RESOURCE_EXHAUSTED:
        return Busy("too many commands are under way")
    if error.status == RPCStatusCode.DEADLINE_EXCEEDED:
        return Late("no worker answered in time")
    return Unreachable(f"Temporal does not answer: {error.status.name}")
