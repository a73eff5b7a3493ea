"""A stream as it stands corrected: without what was struck out, and with every change anew."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from domain.events.corrections import (
    ChangesReckoned,
    IncidentStruckOut,
    MeasureStruckOut,
    SessionStruckOut,
    TreatmentStartTakenBack,
)
from domain.events.envelope import RecordedEvent
from domain.events.pathway import MeasureRecorded, TreatmentStarted
from domain.instruments.change import Change

StruckOut = SessionStruckOut | MeasureStruckOut | IncidentStruckOut
"""What takes an entry out of every count; what stands in its place follows in one decision."""


def as_corrected(stream: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """The events that count, in their order. What was put right stays in the stream itself."""
    wrong = struck_out(stream) | _starts_before(stream)
    changes = _changes(stream)
    return [_anew(one, changes) for one in stream if one.version not in wrong]


def struck_out(stream: Iterable[RecordedEvent]) -> set[int]:
    """The versions of the events that count no more."""
    events = (one.event for one in stream)
    return {one.entry for one in events if isinstance(one, StruckOut)}


def _starts_before(stream: Sequence[RecordedEvent]) -> set[int]:
    """Every start of treatment but the one that counts: the latest that was told."""
    told = [one for one in stream if isinstance(one.event, TreatmentStarted)]
    back = [one.version for one in stream if isinstance(one.event, TreatmentStartTakenBack)]
    counts = [one.version for one in told[-1:] if not back or one.version > back[-1]]
    return {one.version for one in told} - set(counts)


def _changes(stream: Iterable[RecordedEvent]) -> dict[int, Change | None]:
    return {
        each.entry: each.change
        for one in stream
        if isinstance(one.event, ChangesReckoned)
        for each in one.event.changes
    }


def _anew(recorded: RecordedEvent, changes: dict[int, Change | None]) -> RecordedEvent:
    if not isinstance(recorded.event, MeasureRecorded) or recorded.version not in changes:
        return recorded
    change = {"change": changes[recorded.version]}
    return replace(recorded, event=recorded.event.model_copy(update=change))
