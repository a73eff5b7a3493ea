"""Rolling out: a build becomes the current one, and every entity moves to it.

An entity stays on its build until it begins a new run, which folds the log and is bound to no
earlier history. Whoever gets a command or meets a deadline moves by itself; sleepers are nudged.
Where no worker of the old build is left to hear the nudge, the run is ended and another begun: the
log holds all that the old one knew.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkflowExecutionRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workers.builds import DEPLOYMENT
from workers.settings import Rollout
from workflows.client import ENTITY_TYPES, EntityClient, EntityError, NotRunning
from workflows.messenger import FINISH_WITHIN

PATIENCE = 3 * FINISH_WITHIN
"""So long an entity may take to follow a nudge before its run is ended."""

KNOWN_WITHIN = timedelta(minutes=1)
"""So long the server may take to hear of a build."""

LOOK_AGAIN = timedelta(minutes=1)
RATE = 20
"""Entities moved a second at most: each reads its stream."""

POLL = timedelta(milliseconds=200)

Move = Callable[[str], Awaitable[object]]

_NOT_YET = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.UNAVAILABLE)
"""What the server answers until it has heard from a worker of the build."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Moved:
    """How many entities followed a nudge, and how many were begun anew from the log."""

    nudged: int = 0
    begun_anew: int = 0


async def make_current(client: Client, build: str) -> None:
    """Have new runs begin on this build, as soon as the server has heard from one of its workers.

    Raises `RPCError`, such as `PERMISSION_DENIED` where only an operator may.
    """
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=DEPLOYMENT,
        build_id=build,
        identity=client.identity,
    )
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError as refused:
            if refused.status not in _NOT_YET:
                raise
            await asyncio.sleep(POLL.total_seconds())
        else:
            log.info("build_is_current", build=build)
            return


async def current_build(client: Client) -> str | None:
    """The build on which new runs begin, if there is one."""
    request = DescribeWorkerDeploymentRequest(
        namespace=client.namespace, deployment_name=DEPLOYMENT
    )
    try:
        found = await client.workflow_service.describe_worker_deployment(request)
    except RPCError as refused:
        if refused.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
    return found.worker_deployment_info.routing_config.current_deployment_version.build_id or None


async def take_over(client: Client, build: str, how: Rollout) -> None:
    """Make this build current, unless a person does that. A refusal is left to the operator."""
    if how == "by_hand":
        log.info("build_is_made_current_by_hand", build=build)
        return
    try:
        async with asyncio.timeout(KNOWN_WITHIN.total_seconds()):
            await make_current(client, build)
    except RPCError as refused:
        log.warning("build_not_made_current", build=build, why=refused.status.name)
    except TimeoutError:
        log.warning("build_not_made_current", build=build, why="the server does not know it")


async def keep_together(client: Client, entities: EntityClient, build: str, how: Rollout) -> None:
    """Bring every entity along to this build, as long as it is the current one; never returns."""
    patience = timedelta(0) if how == "alone" else PATIENCE
    while True:
        try:
            await bring_along(client, entities, build, patience)
        except (RPCError, EntityError) as failed:
            log.warning("moving_waits", cause=type(failed).__name__)
        await asyncio.sleep(LOOK_AGAIN.total_seconds())


async def bring_along(
    client: Client, entities: EntityClient, build: str, patience: timedelta = PATIENCE
) -> Moved:
    """Move every entity to this build, if it is the current one; how many were moved.

    Nudges first; what has not followed after `patience` is begun anew.
    """
    if await current_build(client) != build:
        return Moved()
    nudged = await _each(client, build, _nudging(entities)) if patience else 0
    if nudged:
        await _all_moved(client, build, patience)
    begun_anew = await _each(client, build, entities.begin_anew)
    if nudged or begun_anew:
        log.info("entities_moved", build=build, nudged=nudged, begun_anew=begun_anew)
    return Moved(nudged, begun_anew)


def _nudging(entities: EntityClient) -> Move:
    async def nudge(entity_id: str) -> None:
        with suppress(NotRunning):
            await entities.renew(entity_id)

    return nudge


async def _all_moved(client: Client, build: str, patience: timedelta) -> None:
    """Wait until all have followed, or for as long as patience lasts."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience.total_seconds()):
            while [one async for one in _elsewhere(client, build)]:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(POLL.total_seconds())


async def _each(client: Client, build: str, move: Move) -> int:
    moved = [one async for one in _elsewhere(client, build)]
    for entity_id in moved:
        await move(entity_id)
        await asyncio.sleep(1 / RATE)
    return len(moved)


async def _elsewhere(client: Client, build: str) -> AsyncIterator[str]:
    """The entities that run, and not on this build."""
    types = ", ".join(f"'{one}'" for one in ENTITY_TYPES)
    version = "TemporalWorkerDeploymentVersion"
    query = (
        f"ExecutionStatus = 'Running' AND WorkflowType IN ({types}) "
        f"AND ({version} IS NULL OR {version} != '{DEPLOYMENT}:{build}')"
    )
    async for found in client.list_workflows(query):
        # The list lags behind: the run itself says where it is.
        if await _build_of(client, found.id) != build:
            yield found.id


async def _build_of(client: Client, entity_id: str) -> str | None:
    request = DescribeWorkflowExecutionRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=entity_id)
    )
    described = await client.workflow_service.describe_workflow_execution(request)
    return described.workflow_execution_info.versioning_info.deployment_version.build_id or None
