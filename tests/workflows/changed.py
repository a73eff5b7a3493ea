"""A pathway's workflow as a later release might have it: with one step more, so that no running
history fits it."""

from datetime import timedelta

from temporalio import workflow

from workflows.client import WORKFLOWS
from workflows.entity import EntityStart
from workflows.pathway import PatientPathway


@workflow.defn(name="PatientPathway")
class ChangedPathway(PatientPathway):
    @workflow.init
    def __init__(self, start: EntityStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: EntityStart) -> None:  # noqa: ARG002 - Temporal passes it to both
        await workflow.sleep(timedelta(milliseconds=1))
        await self.live()

    @workflow.query
    def has_changed(self) -> bool:
        return True


CHANGED = (ChangedPathway, *(one for one in WORKFLOWS if one is not PatientPathway))
