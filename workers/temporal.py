"""The connection to Temporal, and the worker that runs entities on it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, Self, cast

from temporalio.client import Client, HeaderCodecBehavior
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadConverter,
    SerializationContext,
)
from temporalio.envconfig import ClientConfig
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxRestrictions

from activities.effects import EffectActivities
from activities.log import LogActivities
from activities.ports import Adapter
from activities.waking import WakingActivities
from eventstore.store import EventStore
from workers.builds import deployed_as
from workers.embedded.ports import LOOPBACK
from workers.keys import Keys
from workers.sandbox import ContextFreeSandbox
from workers.settings import CACHED_WORKFLOWS
from workers.shared_code import share_code_of
from workers.telemetry.carrying import CarriesTraces
from workers.telemetry.telemetry import Telemetry
from workers.temporal_keys import codec_of
from workflows.client import TASK_QUEUE, WORKFLOWS, EntityClient
from workflows.fleet import FleetJob

DRAINS_WITHIN = timedelta(seconds=8)
"""How long activities under way may go on after the worker was told to stop."""

TASKS_AT_ONCE = 40
"""Workflow tasks of one worker under way at once: enough to wait for the log side by side.

One processor core works on all of them, and Temporal takes back what takes longer than ten seconds:
a hundred, as is its default, do on a busy machine.
"""

SANDBOX = ContextFreeSandbox(
    restrictions=SandboxRestrictions.default.with_passthrough_modules(
        "domain",
        "pydantic",
        "pydantic_core",
        "activities",
        "holidays",
        "workflows.start",
        "workflows.refusals",
    )
)
"""The domain is pure, so workflows share it instead of importing it once each.

What has a say in the course of a workflow stays inside.
"""


class _ContextFree(DataConverter):
    """Converts the same in every context, so it does not ask its parts: eight times a command."""

    def with_context(self, context: SerializationContext) -> Self:  # noqa: ARG002 - all the same
        return self


def converter(keys: Keys) -> DataConverter:
    """Payloads and failures, encrypted under this installation's key ring."""
    return _ContextFree(
        # Temporal only ever calls it: a class would make one for each task and each workflow.
        payload_converter_class=cast("type[PayloadConverter]", _payload_converter),
        payload_codec=codec_of(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


@cache
def _payload_converter() -> PayloadConverter:
    """One for all: it keeps nothing but how to read each type, which no sandbox has of its own."""
    return PydanticPayloadConverter()


async def connect(keys: Keys, telemetry: Telemetry) -> Client:
    """The Temporal that the standard `TEMPORAL_*` environment names."""
    config = ClientConfig.load_client_connect_config()
    return await Client.connect(
        **config,
        data_converter=converter(keys),
        header_codec_behavior=HeaderCodecBehavior.CODEC,
        interceptors=[CarriesTraces()] if telemetry.traces else [],
        runtime=_runtime(telemetry.temporal_port),
    )


def _runtime(port: int | None) -> Runtime | None:
    """Temporal's library with its metrics on `port`, or as it is by default."""
    if port is None:
        return None
    shown = PrometheusConfig(
        bind_address=f"{LOOPBACK}:{port}",
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
    )
    return Runtime(telemetry=TelemetryConfig(metrics=shown))


def create_worker(
    client: Client,
    store: EventStore,
    adapters: Mapping[str, Adapter],
    *,
    build: str | None = None,
    workflows: Sequence[type] = WORKFLOWS,
    jobs: Sequence[Callable[..., Any]] = (),
    max_cached_workflows: int = CACHED_WORKFLOWS,
) -> Worker:
    """A worker for all entities, with the adapters of its ports by name.

    Run it with `async with` or `run()`. With a `build`, entities stay on that build until they
    begin a new run. `jobs` are the activities of the fleet's jobs. A workflow beyond
    `max_cached_workflows` takes the place of the one that was idle longest, which is replayed from
    its history when it has something to do.
    """
    share_code_of("workflows")
    log = LogActivities(store)
    effects = EffectActivities(adapters)
    waking = WakingActivities(EntityClient(client))
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[*workflows, FleetJob],
        activities=[
            log.load_entity,
            log.load_programme,
            log.gather_facts,
            log.append_events,
            effects.perform_effect,
            waking.wake_entity,
            *jobs,
        ],
        workflow_runner=SANDBOX,
        deployment_config=deployed_as(build) if build else None,
        graceful_shutdown_timeout=DRAINS_WITHIN,
        max_concurrent_workflow_tasks=TASKS_AT_ONCE,
        max_cached_workflows=max_cached_workflows,
    )
