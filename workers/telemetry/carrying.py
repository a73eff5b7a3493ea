"""Carrying a trace through Temporal: with a command to its update, and on to what that does.

The interceptors of `temporalio.contrib.opentelemetry` would put everything that an entity does in
its life, for months, into the trace of the request that started its workflow. Here only an update
has a trace, and what is done within it. The workflow passes a header on and knows nothing of it.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from opentelemetry import context as current
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from temporalio import client, worker
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter
from temporalio.workflow import ActivityHandle

HEADER = "carepath-trace"

Headers = Mapping[str, Payload]

_of_update: ContextVar[Payload | None] = ContextVar("carepath_trace_of_update", default=None)


class CarriesTraces(client.Interceptor, worker.Interceptor):
    """Give it to the client: its workers take it from there."""

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        return _Sender(next)

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: ARG002 - Temporal passes it
    ) -> type[worker.WorkflowInboundInterceptor]:
        return _Updates

    def intercept_activity(
        self, next: worker.ActivityInboundInterceptor
    ) -> worker.ActivityInboundInterceptor:
        return _Activities(next)


class _Sender(client.OutboundInterceptor):
    async def start_workflow_update(
        self, input: client.StartWorkflowUpdateInput
    ) -> client.WorkflowUpdateHandle[Any]:
        input.headers = _with_present_trace(input.headers)
        return await super().start_workflow_update(input)

    async def start_update_with_start_workflow(
        self, input: client.StartWorkflowUpdateWithStartInput
    ) -> client.WorkflowUpdateHandle[Any]:
        update = input.update_workflow_input
        update.headers = _with_present_trace(update.headers)
        return await super().start_update_with_start_workflow(input)


class _Updates(worker.WorkflowInboundInterceptor):
    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        super().init(_Passing(outbound))

    async def handle_update_handler(self, input: worker.HandleUpdateInput) -> Any:
        before = _of_update.set(input.headers.get(HEADER))
        try:
            return await super().handle_update_handler(input)
        finally:
            _of_update.reset(before)


class _Passing(worker.WorkflowOutboundInterceptor):
    def start_activity(self, input: worker.StartActivityInput) -> ActivityHandle[Any]:
        input.headers = _with_trace_of_update(input.headers)
        return super().start_activity(input)

    def start_local_activity(self, input: worker.StartLocalActivityInput) -> ActivityHandle[Any]:
        input.headers = _with_trace_of_update(input.headers)
        return super().start_local_activity(input)


class _Activities(worker.ActivityInboundInterceptor):
    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:
        before = current.attach(_context_in(input.headers))
        try:
            return await super().execute_activity(input)
        finally:
            current.detach(before)


def _with_present_trace(headers: Headers) -> Headers:
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    if not carrier:
        return headers
    return {**headers, HEADER: PayloadConverter.default.to_payload(carrier)}


def _with_trace_of_update(headers: Headers) -> Headers:
    carried = _of_update.get()
    return headers if carried is None else {**headers, HEADER: carried}


def _context_in(headers: Headers) -> current.Context:
    carried = headers.get(HEADER)
    if carried is None:
        return current.Context()
    return TraceContextTextMapPropagator().extract(PayloadConverter.default.from_payload(carried))
