"""The sandbox of workflows, entered only to run them.

Before each payload is encoded or decoded, Temporal's own runner enters the sandbox to ask with what
context: fourteen times a command, which took a sixth of a worker's time (docs/adr/0013). Nothing
that converts or encrypts here takes a context, so there is nothing to ask.
"""

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import Info

NOWHERE = StorageDriverStoreContext(target=None)
"""No payload is stored outside of Temporal."""


class ContextFreeSandbox(SandboxedWorkflowRunner):
    """Runs workflows in the sandbox for converters and codecs that take no context."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Sandboxed(super().create_instance(det))


class _Sandboxed(WorkflowInstance):
    def __init__(self, inner: WorkflowInstance) -> None:
        self._inner = inner

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._inner.activate(act)

    def get_serialization_context(self, command_info: object) -> None:
        """None, whatever command the payload belongs to."""

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:  # noqa: ARG002 - the same for every command
        return NOWHERE

    def get_info(self) -> Info:
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()
