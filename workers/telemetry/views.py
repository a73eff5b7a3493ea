"""Views, observed: each batch that a view saves is traced where its commands began."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from opentelemetry.trace import Tracer

from domain.events.envelope import RecordedEvent
from eventstore.connect import Connection
from projections.view import View
from workers.telemetry.spans import correlation_of, within

MOST = 100
"""Traces a batch: whoever catches up with a long log reads history, which nobody waits for."""

B = TypeVar("B")
A = TypeVar("A")

Folded = tuple[tuple[UUID, ...], A]
"""What a batch comes to, and what its events belong to."""


def traced(view: View[B, A], tracer: Tracer) -> View[B, Folded[A]]:
    """The same view, which leaves a span in the trace of each correlation that it takes in."""

    def fold(before: B, events: Sequence[RecordedEvent]) -> Folded[A]:
        correlations = dict.fromkeys(correlation_of(event.origin) for event in events)
        return tuple(correlations), view.fold(before, events)

    async def save(connection: Connection, folded: Folded[A]) -> None:
        correlations, after = folded
        few = correlations if len(correlations) <= MOST else ()
        spans = [tracer.start_span(f"view {view.name}", within(one)) for one in few]
        try:
            await view.save(connection, after)
        finally:
            for span in spans:
                span.end()

    return replace(view, fold=fold, save=save)  # type: ignore[arg-type, return-value] # of this view's batch
