"""A job of the whole installation: looks at all entities, and says in numbers what it found."""

from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime
from temporalio import workflow
from temporalio.common import RetryPolicy

from domain.value import Value

Job = Literal["reconcile", "overdue", "licences", "seal"]

JOB_WITHIN = timedelta(minutes=30)
SILENT_AT_MOST = timedelta(minutes=2)
"""A job says at least so often that it goes on."""


class Findings(Value):
    """What a job found at an instant: of so many that it looked at, how many are how.

    A job that did not come to the end goes on `after` an entity next time.
    """

    at: AwareDatetime
    looked_at: int
    found: dict[str, int]
    after: str = ""


def activity_of(job: str) -> str:
    """The name of the activity that does a job."""
    return f"fleet_{job}"


@workflow.defn(name="FleetJob")
class FleetJob:
    """One run of one job. If its build's workers are gone, it ends at its time-out."""

    @workflow.run
    async def run(self, job: Job) -> Findings:
        before: Findings | None = workflow.get_last_completion_result(Findings)
        findings: Findings = await workflow.execute_activity(
            activity_of(job),
            args=[before.after] if before and before.after else [],
            result_type=Findings,
            start_to_close_timeout=JOB_WITHIN,
            heartbeat_timeout=SILENT_AT_MOST,
            retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=5), maximum_attempts=5),
        )
        return findings
