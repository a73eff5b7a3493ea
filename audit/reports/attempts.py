"""What was refused to whom: the attempts that left no event of their entity."""

from collections.abc import Iterator

from audit.log import Stream
from audit.reports.report import Asked, Cells
from domain.events.reads import AttemptRefused
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
        match one.event:
            case AttemptRefused(entity_id=entity_id, command=command, reasons=reasons, times=times):
                if asked.within(one.effective_at):
                    actor = one.origin.actor
                    yield (
                        one.effective_at,
                        entity_id,
                        command,
                        actor.subject,
                        actor.role,
                        times,
                        " ".join(reasons),
                        one.seq,
                    )
            case _:
                continue
