"""What each event means for a patient's measures: asked for, answered, late, too late."""

from functools import singledispatch

from domain.events import pathway as facts
from domain.events.base import Event
from domain.events.measures import MeasuresBecameOverdue, MeasuresReminderFellDue
from domain.pathway.clocks import Changes
from domain.pathway.corrected import corrected
from domain.pathway.remaining import met, other_occasions, unanswered
from domain.pathway.rows import OpenMeasures, Score
from domain.pathway.state import Pathway


@singledispatch
def measured(event: Event, pathway: Pathway) -> Changes:
    """The fields that an event changes. What is put right has its own module."""
    return corrected(event, pathway)


@measured.register
def _(event: facts.MeasureRecorded, pathway: Pathway) -> Changes:
    score = Score(
        measure=event.measure,
        score=event.score,
        taken_at=event.at,
        occasions=event.occasions,
        flags=event.scoring.flags if event.scoring else (),
        entry=pathway.version + 1,
        corrects=event.corrects,
    )
    return {
        "scores": (*pathway.scores, score),
        "open_measures": unanswered(pathway.open_measures, event.measure, event.occasions),
    }


@measured.register
def _(event: facts.MeasuresFellDue, pathway: Pathway) -> Changes:
    still_planned = other_occasions(pathway.planned_measures, event.planned.occasion)
    upcoming = (event.next_measures,) if event.next_measures else ()
    asked = OpenMeasures(
        **dict(event.planned), remind_at=event.remind_at, overdue_at=event.overdue_at
    )
    return {
        "planned_measures": (*still_planned, *upcoming),
        "open_measures": (*pathway.open_measures, asked),
    }


@measured.register
def _(event: MeasuresReminderFellDue, pathway: Pathway) -> Changes:
    return {"open_measures": met(pathway.open_measures, event.occasion, "remind_at")}


@measured.register
def _(event: MeasuresBecameOverdue, pathway: Pathway) -> Changes:
    return {"open_measures": met(pathway.open_measures, event.occasion, "overdue_at")}


@measured.register
def _(event: facts.MeasuresExpired, pathway: Pathway) -> Changes:
    return {"open_measures": other_occasions(pathway.open_measures, event.occasion)}
