"""What was refused to whom, by the rules or for want of a right: nothing else tells of it."""

from collections.abc import Iterator

from audit.log import Stream
from audit.reports.report import Asked, Cells
from domain.events.envelope import RecordedEvent
from domain.events.reads import AttemptRefused, RequestRefused
from domain.programmes.definition import Definition
from eventstore.reads import access_stream_of


def refused_attempts(
    stream: Stream,
    definition: Definition | None,  # noqa: ARG001 - as every report
    asked: Asked,
) -> Iterator[Cells]:
    """Every refused attempt that a stream of the access log holds; of one patient if asked."""
    if asked.of and stream[0].stream_id != access_stream_of(asked.of):
        return
    for one in stream:
        if isinstance(one.event, AttemptRefused | RequestRefused) and asked.within(
            one.effective_at
        ):
            yield _row(one, one.event)


def _row(one: RecordedEvent, refused: AttemptRefused | RequestRefused) -> Cells:
    actor = one.origin.actor
    if isinstance(refused, AttemptRefused):
        asked_for, reasons = refused.command, refused.reasons
    else:
        asked_for, reasons = refused.what, (refused.code, *refused.missing)
    return (
        one.effective_at,
        refused.entity_id,
        asked_for,
        actor.subject,
        actor.role,
        refused.times,
        " ".join(reasons),
        one.seq,
    )
