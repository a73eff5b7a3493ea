"""Spans: named by what is done, never by whom it is done for, and failing without words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    get_current_span,
    set_span_in_context,
)

from domain.events.envelope import Origin

_HALF = 2**64 - 1


@contextmanager
def span_of(
    tracer: Tracer,
    name: str,
    *,
    context: Context | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
    links: Sequence[Link] = (),
) -> Iterator[Span]:
    """A span around a block; an error leaves the name of its class, for its message may quote."""
    with tracer.start_as_current_span(
        name,
        context,
        kind,
        links=links,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise


def correlation_of(origin: Origin) -> UUID:
    """What joins everything that one first command led to."""
    return origin.correlation_id or origin.command_id


def trace_of(correlation: UUID) -> SpanContext:
    """The beginning of the trace that has the correlation's id: whoever knows the id finds it.

    The log stores no trace, so this is how a view's spans and an append's find each other.
    """
    return SpanContext(
        trace_id=correlation.int,
        span_id=correlation.int & _HALF,
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )


def within(correlation: UUID) -> Context:
    """The context of spans in the correlation's trace."""
    return set_span_in_context(NonRecordingSpan(trace_of(correlation)), Context())


def here() -> list[Link]:
    """A link to the present span, if there is one."""
    present = get_current_span().get_span_context()
    return [Link(present)] if present.is_valid else []
