"""What the jobs of the fleet found last, as metrics: asked of Temporal, so any worker knows."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from math import nan

from prometheus_client import CollectorRegistry, Gauge
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    WorkflowExecutionStatus,
)
from temporalio.exceptions import TemporalError
from temporalio.service import RPCError

from workers.fleet.schedules import EVERY, schedule_id
from workflows.fleet import Findings, FleetJob, Job

READ_WITHIN = timedelta(seconds=3)
KEPT = timedelta(seconds=15)
"""So long figures are shown again without asking Temporal."""


class FleetFigures:
    """Gauges of the fleet. What no job has found yet, or Temporal does not tell, is NaN."""

    def __init__(self, registry: CollectorRegistry, client: Client, kept: timedelta = KEPT) -> None:
        self._client = client
        self._kept = kept
        self._read_at = float("-inf")
        self._age = Gauge(
            "carepath_fleet_job_age_seconds",
            "Since when the job's last findings stand.",
            ("job",),
            registry=registry,
        )
        self._found = Gauge(
            "carepath_fleet_found", "What the job found last.", ("job", "what"), registry=registry
        )
        self._overdue = Gauge(
            "carepath_deadlines_overdue",
            "Deadlines of the engine that stood a minute after their instant.",
            registry=registry,
        )

    async def read(self) -> None:
        """Set every gauge to what the jobs found last."""
        if time.monotonic() - self._read_at < self._kept.total_seconds():
            return
        self._read_at = time.monotonic()
        self._found.clear()
        self._overdue.set(nan)
        for job in EVERY:
            self._note(job, await self._latest(job))

    def _note(self, job: Job, findings: Findings | None) -> None:
        if findings is None:
            self._age.labels(job).set(nan)
            return
        self._age.labels(job).set((datetime.now(UTC) - findings.at).total_seconds())
        for what, count in findings.found.items():
            self._found.labels(job, what).set(count)
        if job == "overdue":
            self._overdue.set(findings.found["overdue"])

    async def _latest(self, job: Job) -> Findings | None:
        try:
            async with asyncio.timeout(READ_WITHIN.total_seconds()):
                return await latest_findings(self._client, job)
        except (RPCError, TemporalError, TimeoutError):
            return None


async def latest_findings(client: Client, job: Job) -> Findings | None:
    """What the last run found that is over and well; None before there was one."""
    described = await client.get_schedule_handle(schedule_id(job)).describe()
    for one in reversed(described.info.recent_actions):
        started = one.action
        if not isinstance(started, ScheduleActionExecutionStartWorkflow):
            continue
        handle = client.get_workflow_handle_for(FleetJob.run, started.workflow_id)
        if (await handle.describe()).status == WorkflowExecutionStatus.COMPLETED:
            return await handle.result()
    return None
