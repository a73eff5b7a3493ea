"""A pathway as its outcome tells it: begun, ended, attended, and first and latest scores."""

from typing import Literal

from pydantic import AwareDatetime

from domain.events.agreements import DurationChanged
from domain.events.base import Event
from domain.events.erased import ContentErased
from domain.events.pathway import (
    Attendance,
    Discharged,
    DischargeReason,
    Erased,
    LevelReturned,
    MeasureRecorded,
    Referred,
    Resumed,
    SessionRecorded,
    TreatmentStarted,
)
from domain.events.timetable import Timetable
from domain.events.version import VersionMoved
from domain.value import Value

HEEDED = (
    Referred,
    TreatmentStarted,
    DurationChanged,
    Resumed,
    LevelReturned,
    VersionMoved,
    SessionRecorded,
    MeasureRecorded,
    Discharged,
)
"""The events that an outcome follows from."""


class Attended(Value):
    """How many sessions of a kind in a phase were attended in one way."""

    phase: str
    kind: str
    attendance: Attendance
    sessions: int


class Scores(Value):
    """The first and the latest score of a measure, by when they were taken, and how many."""

    measure: str
    taken: int
    first: float
    first_at: AwareDatetime
    last: float
    last_at: AwareDatetime

    def with_another(self, event: MeasureRecorded) -> "Scores":
        """The same with one more; one that is entered late may be older than the first."""
        changes: dict[str, object] = {"taken": self.taken + 1}
        if event.at < self.first_at:
            changes |= {"first": event.score, "first_at": event.at}
        if event.at >= self.last_at:
            changes |= {"last": event.score, "last_at": event.at}
        return self.model_copy(update=changes)


class Course(Value):
    """One pathway. Without `started_at` treatment has not begun; `planned_end` may move."""

    status: Literal["absent", "known", "erased"] = "absent"
    programme: str | None = None
    referred_at: AwareDatetime | None = None
    started_at: AwareDatetime | None = None
    planned_end: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    ended_for: DischargeReason | None = None
    attended: tuple[Attended, ...] = ()
    scores: tuple[Scores, ...] = ()


def course(before: Course, event: Event) -> Course:
    """The same after one more event."""
    match event:
        case Erased() | ContentErased():
            return Course(status="erased")
        case SessionRecorded():
            return before.model_copy(update={"attended": _attended(before.attended, event)})
        case MeasureRecorded():
            return before.model_copy(update={"scores": _scores(before.scores, event)})
        case _:
            return before.model_copy(update=_dates(event))


def _dates(event: Event) -> dict[str, object]:
    match event:
        case Referred(at=at, programme=programme):
            return {"status": "known", "programme": programme, "referred_at": at}
        case TreatmentStarted(at=at, timetable=timetable):
            return {"started_at": at, "planned_end": timetable.ends_at}
        case Discharged(at=at, reason=reason):
            return {"ended_at": at, "ended_for": reason}
        case VersionMoved(programme=programme, timetable=timetable):
            return {"programme": programme, **_planned_end(timetable)}
        case DurationChanged() | Resumed() | LevelReturned():
            return _planned_end(event.timetable)
        case _:
            return {}


def _planned_end(timetable: Timetable | None) -> dict[str, object]:
    return {"planned_end": timetable.ends_at} if timetable else {}


def _attended(before: tuple[Attended, ...], event: SessionRecorded) -> tuple[Attended, ...]:
    key = (event.phase, event.kind, event.attendance)
    counts = {(one.phase, one.kind, one.attendance): one.sessions for one in before}
    counts[key] = counts.get(key, 0) + 1
    return tuple(
        Attended(phase=phase, kind=kind, attendance=attendance, sessions=sessions)
        for (phase, kind, attendance), sessions in sorted(counts.items())
    )


def _scores(before: tuple[Scores, ...], event: MeasureRecorded) -> tuple[Scores, ...]:
    if all(one.measure != event.measure for one in before):
        return (*before, _first(event))
    return tuple(one.with_another(event) if one.measure == event.measure else one for one in before)


def _first(event: MeasureRecorded) -> Scores:
    return Scores(
        measure=event.measure,
        taken=1,
        first=event.score,
        first_at=event.at,
        last=event.score,
        last_at=event.at,
    )
