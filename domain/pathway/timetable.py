"""When the next things are due on a pathway, by the programme's policies."""

from datetime import datetime, timedelta
from itertools import chain

from domain.calendar import months_after, weeks_after
from domain.decider import known
from domain.events.pathway import MeasuresFellDue
from domain.events.timetable import PlannedMeasures, Timetable
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition, Duration, Phase

_WATCHED = ("assessment", "preparation", "treatment")
"""The purposes of phases in which silence asks for a review."""


def timetable(
    definition: Definition,
    started_at: datetime,
    duration: Duration,
    now: datetime,
    pathway: Pathway,
) -> Timetable:
    """What lies ahead at `now` of a treatment that began at `started_at`.

    The planning of the discharge and the last review come at once if their time has passed.
    """
    zone = definition.zone
    ends_at = weeks_after(zone, months_after(zone, started_at, duration.months), duration.weeks)
    planning_at = ends_at - definition.policies.discharge_planning_before_end
    at_once = now if now < ends_at else None
    planning_overdue = None if pathway.discharge_planning_opened else at_once
    review_overdue = None if pathway.last_review_opened else at_once
    return Timetable(
        ends_at=ends_at,
        plan_discharge_at=planning_at if planning_at > now else planning_overdue,
        review_at=next_review(definition, started_at, ends_at, now) or review_overdue,
        next_measures=next_progress_measures(definition, started_at, ends_at, now),
    )


def keeping_overdue(ahead: Timetable, pathway: Pathway, now: datetime) -> Timetable:
    """The same, with the rounds that have come but that nobody has met yet."""
    kept: dict[str, object] = {}
    if pathway.review_at and pathway.review_at <= now:
        kept["review_at"] = pathway.review_at
    for planned_measures in pathway.planned_measures:
        if planned_measures.due_at <= now:
            kept["next_measures"] = planned_measures
    return ahead.model_copy(update=kept)


def next_review(
    definition: Definition, started_at: datetime, ends_at: datetime, after: datetime
) -> datetime | None:
    """The first progress review after an instant; none once treatment has ended.

    Where no regular one falls while the discharge is planned, a last one comes as soon as treatment
    may count as completed.
    """
    policies = definition.policies
    every = policies.progress_review_every
    due_at = started_at + every * _round_after(started_at, every, after)
    if due_at < ends_at:
        return due_at
    last_at = ends_at - policies.completed_at_most_before_end
    reviewed_in_planning = due_at - every >= ends_at - policies.discharge_planning_before_end
    return None if reviewed_in_planning or last_at <= after else last_at


def next_progress_measures(
    definition: Definition, started_at: datetime, ends_at: datetime, after: datetime
) -> PlannedMeasures | None:
    """The first round of progress measures after an instant; none once treatment has ended."""
    schedule = definition.measure_schedule
    number = _round_after(started_at, schedule.progress_every, after)
    due_at = started_at + schedule.progress_every * number
    if due_at >= ends_at or not schedule.progress:
        return None
    return planned(definition, f"progress-{number}", schedule.progress, due_at)


def follow_ups(definition: Definition, discharged_at: datetime) -> tuple[PlannedMeasures, ...]:
    """The measurements after discharge."""
    schedule = definition.measure_schedule
    return tuple(
        planned(
            definition,
            f"follow_up-{months}",
            schedule.follow_up,
            months_after(definition.zone, discharged_at, months),
        )
        for months in schedule.follow_up_months
        if schedule.follow_up
    )


def planned(
    definition: Definition, occasion: str, measures: tuple[str, ...], due_at: datetime
) -> PlannedMeasures:
    """Measures that may be answered for as long as the schedule allows."""
    return PlannedMeasures(
        occasion=occasion,
        measures=measures,
        due_at=due_at,
        expires_at=due_at + definition.measure_schedule.answered_within,
    )


def asked_for(
    definition: Definition,
    asked: PlannedMeasures,
    next_measures: PlannedMeasures | None = None,
) -> MeasuresFellDue:
    """What falls due at its time, and when it is reminded of and overdue.

    Of what never expires, the baseline, nobody is reminded: it is taken in assessment.
    """
    schedule = definition.measure_schedule
    remind_at = asked.due_at + schedule.reminded_after
    overdue_at = asked.due_at + schedule.overdue_after
    expires_at = asked.expires_at
    return MeasuresFellDue(
        at=asked.due_at,
        planned=asked,
        next_measures=next_measures,
        remind_at=remind_at if expires_at and remind_at < expires_at else None,
        overdue_at=overdue_at if expires_at is None or overdue_at < expires_at else None,
    )


def baseline(definition: Definition, reasons: tuple[str, ...], at: datetime) -> PlannedMeasures:
    """The first measurement, with what the reasons for referral ask for besides."""
    schedule = definition.measure_schedule
    besides = (one.measures for one in schedule.for_reasons(reasons))
    measures = dict.fromkeys(chain(schedule.baseline, *besides))
    return PlannedMeasures(occasion="baseline", measures=tuple(measures), due_at=at)


def with_reasons(
    definition: Definition, pathway: Pathway, asked: PlannedMeasures
) -> PlannedMeasures:
    """A round of progress measures, with those by reason whose time came since the round before."""
    schedule = definition.measure_schedule
    reasons = pathway.referral.reasons if pathway.referral else ()
    passed = asked.due_at - known(pathway.treatment_started_at)
    besides = (
        one.measures
        for one in schedule.for_reasons(reasons)
        if passed // one.every > (passed - schedule.progress_every) // one.every
    )
    measures = dict.fromkeys(chain(asked.measures, *besides))
    return asked.model_copy(update={"measures": tuple(measures)})


def quiet_after(definition: Definition, phase: Phase, last_seen: datetime) -> datetime | None:
    """When silence since `last_seen` would ask for a review; never in an unwatched phase."""
    if phase.purpose not in _WATCHED:
        return None
    return last_seen + definition.policies.inactive_before_review


def _round_after(started_at: datetime, every: timedelta, after: datetime) -> int:
    """The number, from 1, of the first round that falls after `after`."""
    return max(1, (after - started_at) // every + 1)
