"""What happens when a deadline comes. A deadline that no longer matters changes nothing."""

from domain.commands.base import MeetDeadline
from domain.decider import Context, Deadline, known
from domain.events.pathway import (
    MeasuresExpired,
    MeasuresFellDue,
    PathwayEvent,
    PlannedMeasures,
    SessionReminderFellDue,
    TaskKind,
)
from domain.pathway import tasks
from domain.pathway.deadlines import deadlines
from domain.pathway.evolve import evolve
from domain.pathway.measures import closing
from domain.pathway.state import Pathway
from domain.pathway.timetable import next_progress_measures, next_review


def meet_deadline(pathway: Pathway, command: MeetDeadline, context: Context) -> list[PathwayEvent]:
    """The consequence of a deadline that stands and has come; otherwise nothing."""
    deadline = Deadline(kind=command.kind, subject=command.subject, at=command.at)
    if deadline.at > context.now or deadline not in deadlines(pathway):
        return []
    match deadline.kind:
        case "session_reminder":
            return [_reminder(pathway, deadline)]
        case "measures_due":
            return [_measures_due(pathway, deadline, context)]
        case "measures_expiry":
            return _measures_expiry(pathway, deadline, context)
        case "progress_review":
            return [_progress_review(pathway, deadline, context)]
        case _:
            return [tasks.opened(pathway, _TASK_OF[deadline.kind], deadline.at, context)]


_TASK_OF: dict[str, TaskKind] = {
    "plan_discharge": "plan_discharge",
    "end_treatment": "end_treatment",
    "resume_pathway": "resume_pathway",
    "disengagement_review": "disengagement_review",
}


def _reminder(pathway: Pathway, deadline: Deadline) -> PathwayEvent:
    number = int(deadline.subject.removeprefix("booking-"))
    booking = next(one for one in pathway.bookings if one.number == number)
    return SessionReminderFellDue(at=deadline.at, booking=number, starts_at=booking.starts_at)


def _measures_due(pathway: Pathway, deadline: Deadline, context: Context) -> PathwayEvent:
    asked = _occasion(pathway.planned_measures, deadline.subject)
    upcoming = None
    if deadline.subject.startswith("progress-"):
        upcoming = next_progress_measures(
            context.definition,
            known(pathway.treatment_started_at),
            known(pathway.treatment_ends_at),
            after=deadline.at,
        )
    return MeasuresFellDue(at=deadline.at, planned=asked, next_measures=upcoming)


def _measures_expiry(pathway: Pathway, deadline: Deadline, context: Context) -> list[PathwayEvent]:
    missing = _occasion(pathway.open_measures, deadline.subject).measures
    expired = MeasuresExpired(at=deadline.at, occasion=deadline.subject, missing=missing)
    return [expired, *closing(evolve(pathway, expired), context)]


def _progress_review(pathway: Pathway, deadline: Deadline, context: Context) -> PathwayEvent:
    next_at = next_review(
        context.definition,
        known(pathway.treatment_started_at),
        known(pathway.treatment_ends_at),
        after=deadline.at,
    )
    return tasks.opened(pathway, "progress_review", deadline.at, context, next_at)


def _occasion(planned: tuple[PlannedMeasures, ...], occasion: str) -> PlannedMeasures:
    return next(one for one in planned if one.occasion == occasion)
