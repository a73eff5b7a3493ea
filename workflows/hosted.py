"""The workflows of the kinds of entity that show nothing of themselves in the workflow list.

They differ in name only. Each is written out because Temporal asks for a class of its own with its
own `__init__` and `run`, which its sandbox imports by name.
"""

from temporalio import workflow

from workflows.entity import EntityHost, EntityStart


@workflow.defn(name="Programme")
class ProgrammeVersions(EntityHost):
    """One programme: takes the commands that publish its versions."""

    @workflow.init
    def __init__(self, start: EntityStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: EntityStart) -> None:  # noqa: ARG002 - Temporal passes it to both
        await self.live()


@workflow.defn(name="TherapyGroup")
class TherapyGroup(EntityHost):
    """One therapy group: its seats, its facilitators and its sessions."""

    @workflow.init
    def __init__(self, start: EntityStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: EntityStart) -> None:  # noqa: ARG002 - Temporal passes it to both
        await self.live()


@workflow.defn(name="Clinician")
class Clinician(EntityHost):
    """One clinician: credentials, licences and caseload."""

    @workflow.init
    def __init__(self, start: EntityStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: EntityStart) -> None:  # noqa: ARG002 - Temporal passes it to both
        await self.live()


@workflow.defn(name="OnCallList")
class OnCallList(EntityHost):
    """Who is on call in one programme."""

    @workflow.init
    def __init__(self, start: EntityStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: EntityStart) -> None:  # noqa: ARG002 - Temporal passes it to both
        await self.live()


@workflow.defn(name="SafetyEscalation")
class SafetyEscalation(EntityHost):
    """One safety escalation, until a person resolves it."""

    @workflow.init
    def __init__(self, start: EntityStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: EntityStart) -> None:  # noqa: ARG002 - Temporal passes it to both
        await self.live()


@workflow.defn(name="RecordsRequest")
class RecordsRequest(EntityHost):
    """One patient's request for their records, with its clock."""

    @workflow.init
    def __init__(self, start: EntityStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: EntityStart) -> None:  # noqa: ARG002 - Temporal passes it to both
        await self.live()
