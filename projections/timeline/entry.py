"""One event of a pathway as a line of its timeline."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.events.envelope import RecordedEvent
from projections.timeline.telling import told
from projections.timeline.words import Details

LATE_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the timeline. `late`: recorded more than a day after it happened.

    `title` is a sentence and `details` a few coded values; neither holds what anybody wrote.
    """

    pathway_id: str
    version: int
    seq: int
    type: str
    effective_at: datetime
    recorded_at: datetime
    subject: str
    role: str
    on_behalf_of: str | None
    title: str
    late: bool
    details: Details


def entry_of(recorded: RecordedEvent) -> Entry:
    """The line of one event. Raises `TypeError` for an event that nobody taught to tell."""
    title, details = told(recorded.event)
    actor = recorded.origin.actor
    return Entry(
        pathway_id=recorded.stream_id,
        version=recorded.version,
        seq=recorded.seq,
        type=recorded.type,
        effective_at=recorded.effective_at,
        recorded_at=recorded.recorded_at,
        subject=actor.subject,
        role=actor.role,
        on_behalf_of=actor.on_behalf_of,
        title=title,
        late=recorded.recorded_at - recorded.effective_at > LATE_AFTER,
        details=details,
    )
