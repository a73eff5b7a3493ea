"""A pathway as its outcome tells it: begun, ended, attended, and first and latest scores."""

from typing import Literal

from pydantic import AwareDatetime

from domain.events.agreements import DurationChanged
from domain.events.base import Event
from domain.events.corrections import (
    MeasureStruckOut,
    SessionStruckOut,
    TreatmentStartTakenBack,
)
from domain.events.endings import DischargeReason
from domain.events.erased import ContentErased
from domain.events.pathway import (
    Attendance,
    Discharged,
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
    TreatmentStartTakenBack,
    DurationChanged,
    Resumed,
    LevelReturned,
    VersionMoved,
    SessionRecorded,
    SessionStruckOut,
    MeasureRecorded,
    MeasureStruckOut,
    Discharged,
)
"""The events that an outcome follows from."""


class Attended(Value):
    """How many sessions of a kind in a phase were attended in one way."""

    phase: str
    kind: str
    attendance: Attendance
    sessions: int


class Scored(Value):
    """A score, and when it was taken."""

    at: AwareDatetime
    score: float


class Scores(Value):
    """The scores of a measure, in the order in which they were taken."""

    measure: str
    taken: tuple[Scored, ...]


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
        case TreatmentStartTakenBack():
            return before.model_copy(update={"started_at": None, "planned_end": None})
        case SessionStruckOut():
            return before.model_copy(update={"attended": _attended(before.attended, event, -1)})
        case MeasureRecorded() | MeasureStruckOut():
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


def _attended(
    before: tuple[Attended, ...], event: SessionRecorded | SessionStruckOut, more: int = 1
) -> tuple[Attended, ...]:
    key = (event.phase, event.kind, event.attendance)
    counts = {(one.phase, one.kind, one.attendance): one.sessions for one in before}
    counts[key] = counts.get(key, 0) + more
    return tuple(
        Attended(phase=phase, kind=kind, attendance=attendance, sessions=sessions)
        for (phase, kind, attendance), sessions in sorted(counts.items())
        if sessions > 0
    )


def _scores(
    before: tuple[Scores, ...], event: MeasureRecorded | MeasureStruckOut
) -> tuple[Scores, ...]:
    """Those of the event's measure with one more, or without the one that was struck out."""
    others = tuple(one for one in before if one.measure != event.measure)
    taken = [each for one in before if one.measure == event.measure for each in one.taken]
    told = Scored(at=event.at, score=event.score)
    if isinstance(event, MeasureRecorded):
        taken.append(told)
    elif told in taken:
        taken.remove(told)
    ordered = tuple(sorted(taken, key=lambda one: one.at))
    return (*others, Scores(measure=event.measure, taken=ordered)) if ordered else others
