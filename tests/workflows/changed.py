"""A pathway's workflow as other releases have it.

A later one might have one step more, so that no running history fits it. An earlier one did not
know how to hear several commands at once.
"""

from datetime import timedelta

from temporalio import workflow

from domain.commands.submission import Submission
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


@workflow.defn(name="PatientPathway")
class EarlierPathway(PatientPathway):
    @workflow.init
    def __init__(self, start: EntityStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: EntityStart) -> None:  # noqa: ARG002 - Temporal passes it to both
        await self.live()

    @workflow.signal
    async def hear_all(self, submissions: list[Submission], answer_to: str) -> None:
        """Nothing comes of a signal that a build does not know."""


CHANGED = (ChangedPathway, *(one for one in WORKFLOWS if one is not PatientPathway))
EARLIER = (EarlierPathway, *(one for one in WORKFLOWS if one is not PatientPathway))
