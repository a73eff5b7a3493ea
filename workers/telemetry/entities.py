"""The way to entities, observed: every command on its way is traced."""

from opentelemetry.trace import SpanKind
from temporalio.client import Client

from domain.commands.submission import Receipt, Submission
from workers.telemetry.spans import span_of
from workers.telemetry.telemetry import Telemetry
from workflows.client import EntityClient


class ObservedEntities(EntityClient):
    """The way to running entities, as a process goes it that is watched."""

    def __init__(self, client: Client, telemetry: Telemetry) -> None:
        super().__init__(client)
        self._tracer = telemetry.tracer

    async def submit(self, entity_id: str, submission: Submission) -> Receipt:
        """Send a command to a running entity."""
        with span_of(self._tracer, f"update {submission.command}", kind=SpanKind.CLIENT):
            return await super().submit(entity_id, submission)

    async def submit_starting(self, entity_id: str, submission: Submission) -> Receipt:
        """Send a command to an entity, and start its workflow if none runs."""
        with span_of(self._tracer, f"update {submission.command}", kind=SpanKind.CLIENT):
            return await super().submit_starting(entity_id, submission)
