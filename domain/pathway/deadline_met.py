"""What happens when a deadline comes. A deadline that no longer matters changes nothing."""

from collections.abc import Callable

from domain.commands.base import MeetDeadline
from domain.decider import Context, Deadline, known
from domain.events.measures import MeasuresBecameOverdue, MeasuresReminderFellDue
from domain.events.pathway import (
    MeasuresExpired,
    PathwayEvent,
    SessionReminderFellDue,
    TaskKind,
)
from domain.pathway import tasks
from domain.pathway.benefits import lapse
from domain.pathway.closing import closing
from domain.pathway.collecting import collected
from domain.pathway.deadlines import deadlines
from domain.pathway.evolve import evolve
from domain.pathway.rows import OpenMeasures
from domain.pathway.seats import expire_offer
from domain.pathway.state import Pathway
from domain.pathway.timetable import asked_for, next_progress_measures, next_review, with_reasons


def meet_deadline(pathway: Pathway, command: MeetDeadline, context: Context) -> list[PathwayEvent]:
    """The consequence of a deadline that stands and has come; otherwise nothing."""
    deadline = Deadline(kind=command.kind, subject=command.subject, at=command.at)
    if deadline.at > context.now or deadline not in deadlines(pathway):
        return []
    if deadline.kind in _TASK_OF:
        return tasks.came(pathway, _TASK_OF[deadline.kind], deadline.at, context)
    return _CONSEQUENCE_OF[deadline.kind](pathway, deadline, context)


_TASK_OF: dict[str, TaskKind] = {
    "plan_discharge": "plan_discharge",
    "end_treatment": "end_treatment",
    "resume_pathway": "resume_pathway",
    "return_from_level": "return_from_level",
    "verify_benefits": "verify_benefits",
    "disengagement_review": "disengagement_review",
}


def _reminder(pathway: Pathway, deadline: Deadline, _context: Context) -> list[PathwayEvent]:
    number = int(deadline.subject.removeprefix("booking-"))
    booking = next(one for one in pathway.bookings if one.number == number)
    return [SessionReminderFellDue(at=deadline.at, booking=number, starts_at=booking.starts_at)]


def _measures_due(pathway: Pathway, deadline: Deadline, context: Context) -> list[PathwayEvent]:
    asked = next(one for one in pathway.planned_measures if one.occasion == deadline.subject)
    upcoming = None
    if deadline.subject.startswith("progress-"):
        asked = with_reasons(context.definition, pathway, asked)
        upcoming = next_progress_measures(
            context.definition,
            known(pathway.treatment_started_at),
            known(pathway.treatment_ends_at),
            after=deadline.at,
        )
    return [asked_for(context.definition, asked, next_measures=upcoming)]


def _measures_reminder(
    pathway: Pathway, deadline: Deadline, _context: Context
) -> list[PathwayEvent]:
    asked = _open(pathway, deadline)
    reminder = MeasuresReminderFellDue(
        at=deadline.at,
        occasion=asked.occasion,
        missing=asked.measures,
        expires_at=known(asked.expires_at),
    )
    return [reminder]


def _measures_overdue(pathway: Pathway, deadline: Deadline, context: Context) -> list[PathwayEvent]:
    asked = _open(pathway, deadline)
    overdue = MeasuresBecameOverdue(at=deadline.at, occasion=asked.occasion, missing=asked.measures)
    task = tasks.opened(pathway, "collect_measures", deadline.at, context, about=asked.occasion)
    return [overdue, *task]


def _measures_expiry(pathway: Pathway, deadline: Deadline, context: Context) -> list[PathwayEvent]:
    missing = _open(pathway, deadline).measures
    expired = MeasuresExpired(at=deadline.at, occasion=deadline.subject, missing=missing)
    over = collected(evolve(pathway, expired), "It is too late to answer.", context)
    return [expired, *over, *closing(evolve(pathway, expired), context)]


def _progress_review(pathway: Pathway, deadline: Deadline, context: Context) -> list[PathwayEvent]:
    next_at = next_review(
        context.definition,
        known(pathway.treatment_started_at),
        known(pathway.treatment_ends_at),
        after=deadline.at,
    )
    return tasks.came(pathway, "progress_review", deadline.at, context, next_at=next_at)


def _waitlist_review(pathway: Pathway, deadline: Deadline, context: Context) -> list[PathwayEvent]:
    next_at = deadline.at + context.definition.policies.waitlist.priority_reviewed_every
    return tasks.came(pathway, "waitlist_review", deadline.at, context, next_at=next_at)


def _open(pathway: Pathway, deadline: Deadline) -> OpenMeasures:
    return next(one for one in pathway.open_measures if one.occasion == deadline.subject)


_CONSEQUENCE_OF: dict[str, Callable[[Pathway, Deadline, Context], list[PathwayEvent]]] = {
    "session_reminder": _reminder,
    "measures_due": _measures_due,
    "measures_reminder": _measures_reminder,
    "measures_overdue": _measures_overdue,
    "measures_expiry": _measures_expiry,
    "progress_review": _progress_review,
    "waitlist_review": _waitlist_review,
    "seat_offer_expiry": expire_offer,
    "benefits_lapse": lapse,
}
