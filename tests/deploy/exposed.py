"""What processes show at /metrics, by name and with the labels of each."""

from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector

from workers.fleet.figures import FleetFigures
from workers.telemetry.feeds import FeedFigures
from workers.telemetry.figures import LogFigures
from workers.telemetry.metrics import Metrics
from workflows.messenger import SETTLED

OF_TEMPORAL = {
    f"{SETTLED}_total": {"port", "outcome"},
    "temporal_activity_schedule_to_start_latency_seconds_bucket": {"le"},
    "temporal_request_failure_total": {"operation", "status_code"},
    "temporal_sticky_cache_size": {"namespace"},
    "temporal_workflow_task_schedule_to_start_latency_seconds_bucket": {"le"},
}
"""Those of Temporal's library that are used; the run with servers elsewhere asks a real worker."""

NOBODY: Any = None
"""Whom the figures would ask; only their names are wanted here."""

OF_PROMETHEUS = {"up": set[str]()}
ADDED = {"job", "instance"}
"""Labels that whoever scrapes adds to every metric."""


def exposed() -> dict[str, set[str]]:
    """Every name of a sample, and the labels that it may have."""
    registry = Metrics().registry
    LogFigures(registry, NOBODY, NOBODY)
    FleetFigures(registry, NOBODY)
    FeedFigures(registry, NOBODY)
    ours = {
        name: labels for one in _collectors(registry) for name, labels in _samples_of(registry, one)
    }
    of_process = {
        sample.name: set[str]()
        for family in ProcessCollector(registry=None).collect()
        for sample in family.samples
    }
    return {**ours, **of_process, **OF_TEMPORAL, **OF_PROMETHEUS}


def _collectors(registry: CollectorRegistry) -> list[Any]:
    return list(registry._collector_to_names)


def _samples_of(registry: CollectorRegistry, one: Any) -> list[tuple[str, set[str]]]:
    labels = set(getattr(one, "_labelnames", ()))
    return [
        (name, labels | ({"le"} if name.endswith("_bucket") else set()))
        for name in registry._collector_to_names[one]
    ]
