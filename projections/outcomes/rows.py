"""The rows of a pathway's outcome: its treatment, its attendance, its scores."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from projections.folded.entity import Folding
from projections.outcomes.course import Course


@dataclass(frozen=True, slots=True)
class TreatmentRow:
    """One pathway: when treatment began, was to end and ended, and why; `programme` by name."""

    pathway_id: str
    programme: str
    referred_at: datetime
    started_at: datetime | None
    planned_end: datetime | None
    ended_at: datetime | None
    ended_for: str | None


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """How many sessions of a kind in a phase were attended in one way."""

    pathway_id: str
    programme: str
    phase: str
    kind: str
    attendance: str
    sessions: int


@dataclass(frozen=True, slots=True)
class ScoresRow:
    """The first and the latest score of a measure, by when they were taken, and how many."""

    pathway_id: str
    programme: str
    measure: str
    taken: int
    first: float
    first_at: datetime
    last: float
    last_at: datetime


def rows_of(
    pathway_id: str, folding: Folding[Course]
) -> Iterator[TreatmentRow | AttendanceRow | ScoresRow]:
    """All rows of a pathway that was referred."""
    course = folding.state
    if course.programme is None or course.referred_at is None:
        return
    programme = course.programme.partition("@")[0]
    yield TreatmentRow(
        pathway_id,
        programme=programme,
        referred_at=course.referred_at,
        started_at=course.started_at,
        planned_end=course.planned_end,
        ended_at=course.ended_at,
        ended_for=course.ended_for,
    )
    for attended in course.attended:
        yield AttendanceRow(pathway_id, programme, **dict(attended))
    for scores in course.scores:
        first, last = scores.taken[0], scores.taken[-1]
        yield ScoresRow(
            pathway_id,
            programme,
            measure=scores.measure,
            taken=len(scores.taken),
            first=first.score,
            first_at=first.at,
            last=last.score,
            last_at=last.at,
        )
