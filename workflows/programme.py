"""The workflow that keeps one programme's published versions."""

from temporalio import workflow

from domain.programme import PROGRAMME
from workflows.entity import EntityHost, EntityStart


@workflow.defn(name="Programme")
class ProgrammeVersions(EntityHost):
    """One programme: takes the commands that publish its versions."""

    @workflow.init
    def __init__(self, start: EntityStart) -> None:
        super().__init__(PROGRAMME, start)

    @workflow.run
    async def run(self, start: EntityStart) -> None:  # noqa: ARG002 - Temporal passes it to both
        await self.live()
