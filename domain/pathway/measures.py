"""Measures: the instruments that a patient answers."""

from datetime import datetime

from domain.commands.pathway import RecordMeasure
from domain.decider import Context, require
from domain.events.pathway import Closed, MeasureRecorded, PathwayEvent, PlannedMeasures
from domain.pathway import guards
from domain.pathway.evolve import evolve
from domain.pathway.state import Pathway


def record_measure(
    pathway: Pathway, command: RecordMeasure, context: Context
) -> list[PathwayEvent]:
    """A score; it answers the open occasions that lack this instrument and were open then."""
    require(
        guards.measure_known(context.definition, command.measure),
        guards.score_in_range(context.definition, command.measure, command.score),
        guards.score_whole(context.definition, command.measure, command.score),
        guards.not_in_future(command.taken_at, context),
        guards.not_before_referral(pathway, command.taken_at),
    )
    recorded = MeasureRecorded(
        at=command.taken_at,
        measure=command.measure,
        score=command.score,
        occasions=tuple(
            one.occasion
            for one in pathway.open_measures
            if command.measure in one.measures and _open_at(one, command.taken_at)
        ),
    )
    return [recorded, *closing(evolve(pathway, recorded), context)]


def _open_at(planned: PlannedMeasures, instant: datetime) -> bool:
    """An occasion without an expiry, the baseline, also takes what was answered before it."""
    return planned.expires_at is None or planned.due_at <= instant <= planned.expires_at


def closing(pathway: Pathway, context: Context) -> list[PathwayEvent]:
    """Follow-up is over, and the pathway with it, once nothing more will be measured."""
    phase = context.definition.phase(pathway.phase or "")
    over = not pathway.planned_measures and not pathway.open_measures
    if phase is None or phase.purpose != "follow_up" or not over:
        return []
    return [Closed(at=context.now, reason="follow_up_completed")]
