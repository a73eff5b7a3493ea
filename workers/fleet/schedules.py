"""When the jobs of the fleet run: Temporal Schedules, made by whichever worker starts first."""

from collections.abc import Mapping
from datetime import timedelta

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError

from workflows.client import TASK_QUEUE
from workflows.fleet import JOB_WITHIN, FleetJob, Job

EVERY: Mapping[Job, timedelta] = {
    "overdue": timedelta(minutes=5),
    "seal": timedelta(minutes=5),
    "reconcile": timedelta(hours=6),
    "licences": timedelta(days=1),
}

CATCHES_UP_WITHIN = timedelta(minutes=10)
"""What was missed while Temporal was down is done if it is no older: the next run does the same."""

log = structlog.get_logger(__name__)


def schedule_id(job: Job) -> str:
    return f"carepath-{job}"


async def ensure_schedules(client: Client) -> None:
    """Make the schedules that are missing and bring the others up to date; pauses stay.

    Where this login may not, that is logged, and the operator makes them.
    """
    for job in EVERY:
        try:
            await _ensure(client, job)
        except RPCError as refused:
            log.warning("schedule_not_made", schedule=schedule_id(job), why=refused.status.name)


async def _ensure(client: Client, job: Job) -> None:
    wanted = _schedule(job)

    def as_wanted(found: ScheduleUpdateInput) -> ScheduleUpdate:
        wanted.state = found.description.schedule.state
        return ScheduleUpdate(wanted)

    try:
        await client.create_schedule(schedule_id(job), wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(schedule_id(job)).update(as_wanted)


def _schedule(job: Job) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            FleetJob.run,
            job,
            id=f"fleet-{job}",
            task_queue=TASK_QUEUE,
            execution_timeout=JOB_WITHIN,
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY[job])]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCHES_UP_WITHIN),
    )
