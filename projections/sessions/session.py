"""One session that a patient was to come to, as it was recorded."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.events.corrections import SessionStruckOut
from domain.events.envelope import RecordedEvent
from domain.events.pathway import SessionRecorded

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A row. `held_at` is UTC, `late_min` and `length_min` are minutes, `location` a US state.

    `group_id` and `group_session` are given where a group recorded it. `corrected`: it stands in
    place of one that was wrong.
    """

    pathway_id: str
    version: int
    held_at: datetime
    kind: str
    phase: str
    programme: str | None
    group_id: str | None
    group_session: int | None
    clinicians: tuple[str, ...]
    attendance: str
    late_min: int
    length_min: int
    modality: str | None
    location: str | None
    corrected: bool


def session_of(recorded: RecordedEvent) -> tuple[Session, ...]:
    """The row that an event adds, if it is of a session."""
    event = recorded.event
    if not isinstance(event, SessionRecorded):
        return ()
    return (
        Session(
            pathway_id=recorded.stream_id,
            version=recorded.version,
            held_at=event.at,
            kind=event.kind,
            phase=event.phase,
            programme=recorded.programme_version,
            group_id=event.group_id,
            group_session=event.group_session,
            clinicians=event.clinicians,
            attendance=event.attendance,
            late_min=event.late_by // MINUTE,
            length_min=event.length // MINUTE,
            modality=event.modality,
            location=event.location,
            corrected=event.corrects is not None,
        ),
    )


def struck_out(recorded: RecordedEvent) -> tuple[tuple[str, int], ...]:
    """The key of the row that counts no more, if an event says so of one."""
    event = recorded.event
    return ((recorded.stream_id, event.entry),) if isinstance(event, SessionStruckOut) else ()
