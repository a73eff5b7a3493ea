"""Metrics: what one process counts and times. No label is an id, a name, or anybody's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
"""Bounds in seconds of what should take milliseconds."""

SLOW = (0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60)
"""Bounds in seconds of what others take part in."""


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # the library has no types
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.append_seconds = Histogram(
            "carepath_append_seconds",
            "How long appends to the log took, whatever came of them.",
            ("outcome",),
            buckets=QUICK,
            registry=self.registry,
        )
        self.events = Counter(
            "carepath_events_appended", "Events appended to the log.", registry=self.registry
        )
        self.conflicts = Counter(
            "carepath_append_conflicts",
            "Appends that found the stream at another version.",
            registry=self.registry,
        )
        self.effect_seconds = Histogram(
            "carepath_effect_seconds",
            "How long attempts at effects took, by port and outcome.",
            ("port", "outcome"),
            buckets=SLOW,
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "carepath_request_seconds",
            "How long requests to the API took.",
            ("method", "route", "status"),
            buckets=SLOW,
            registry=self.registry,
        )
        self.fhir = Counter(
            "carepath_fhir",
            "What came to the FHIR interface, by way in, and what became of it.",
            ("way", "outcome"),
            registry=self.registry,
        )


class Outcome:
    """What came of something that is timed; said at its end, for nobody knows it before."""

    def __init__(self, unless_said: str) -> None:
        self.word = unless_said


@contextmanager
def timed(histogram: Histogram, *labels: str) -> Iterator[Outcome]:
    """Observe how long the block takes in seconds, under `labels` and then its outcome."""
    outcome = Outcome("error")
    begun = perf_counter()
    try:
        yield outcome
    finally:
        histogram.labels(*labels, outcome.word).observe(perf_counter() - begun)
