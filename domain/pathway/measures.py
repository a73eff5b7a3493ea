"""Measures: the instruments that a patient answers, and what a score asks of others."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import reduce

from domain import timing
from domain.commands.pathway import RecordMeasure
from domain.decider import Context, Reason, known, require
from domain.events.pathway import MeasureRecorded, PathwayEvent
from domain.events.timetable import PlannedMeasures
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.instrument import Instrument, RiskFlag
from domain.instruments.scoring import (
    Scoring,
    faults_of_answers,
    faults_of_total,
    scored,
    scored_from_total,
)
from domain.pathway import guards, tasks
from domain.pathway.closing import closing
from domain.pathway.collecting import collected
from domain.pathway.evolve import evolve
from domain.pathway.rows import Score
from domain.pathway.safety import raised
from domain.pathway.scores import since_first
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition


def record_measure(
    pathway: Pathway, command: RecordMeasure, context: Context
) -> list[PathwayEvent]:
    """A score; it answers the open occasions that lack this instrument and were open then.

    A flag raises a risk and reliable deterioration a review, whatever the occasion.
    """
    recorded = recorded_measure(pathway, command, context)
    events: list[PathwayEvent] = [recorded]
    for follow in (_collected, _deteriorated, _flagged, _closing):
        events += follow(reduce(evolve, events, pathway), recorded, context)
    return events


def recorded_measure(pathway: Pathway, command: RecordMeasure, context: Context) -> MeasureRecorded:
    """The score as it is to be recorded. Raises `Rejected`."""
    require(
        guards.measure_known(context.definition, command.measure),
        *_scorable(context.definition, command),
        timing.not_in_future(command.taken_at, context),
        guards.not_before_referral(pathway, command.taken_at),
    )
    return _recorded(pathway, command, context.definition)


def _scorable(definition: Definition, command: RecordMeasure) -> Iterator[Reason | None]:
    """What keeps the answers, or the score alone, from being taken."""
    instrument = INSTRUMENTS.get(command.measure)
    if definition.measure(command.measure) is None:
        return
    if (command.answers is None) == (command.score is None):
        yield Reason(code="answers_or_score", message="Give either the answers or the score alone.")
    if command.answers is not None:
        yield from _answers_scorable(instrument, command)
    elif instrument and command.score is not None:
        for fault in faults_of_total(instrument, command.score, command.risk_item):
            yield Reason(code=fault.code, message=fault.message)
    elif command.score is not None:
        yield guards.score_in_range(definition, command.measure, command.score)
        yield guards.score_whole(definition, command.measure, command.score)
        yield _without_risk_item(command)


def _answers_scorable(
    instrument: Instrument | None, command: RecordMeasure
) -> Iterator[Reason | None]:
    yield _without_risk_item(command)
    if instrument is None:
        message = "Carepath cannot score the answers to this measure: give the score alone."
        yield Reason(code="answers_not_scored", message=message)
        return
    for fault in faults_of_answers(instrument, known(command.answers)):
        yield Reason(code=fault.code, message=fault.message)


def _without_risk_item(command: RecordMeasure) -> Reason | None:
    if command.risk_item is None:
        return None
    return Reason(
        code="no_risk_item",
        message="Leave risk_item out: it goes with the score alone of an instrument that has one.",
    )


def _recorded(pathway: Pathway, command: RecordMeasure, definition: Definition) -> MeasureRecorded:
    score, scoring = _scored(command)
    taken = Score(
        measure=command.measure,
        score=score,
        taken_at=command.taken_at,
        entry=pathway.version + 1,
    )
    return MeasureRecorded(
        at=command.taken_at,
        measure=command.measure,
        score=score,
        occasions=tuple(
            one.occasion
            for one in pathway.open_measures
            if command.measure in one.measures and _open_at(one, command.taken_at)
        ),
        scoring=scoring,
        change=since_first(pathway.scores, taken, definition),
    )


def _scored(command: RecordMeasure) -> tuple[float, Scoring | None]:
    instrument = INSTRUMENTS.get(command.measure)
    if instrument is None:
        return known(command.score), None
    if command.answers is None:
        return scored_from_total(instrument, known(command.score), command.risk_item)
    return scored(instrument, command.answers)


def _open_at(planned: PlannedMeasures, instant: datetime) -> bool:
    """An occasion without an expiry, the baseline, also takes what was answered before it."""
    return planned.expires_at is None or planned.due_at <= instant <= planned.expires_at


def _collected(
    pathway: Pathway, _recorded: MeasureRecorded, context: Context
) -> list[PathwayEvent]:
    return [*collected(pathway, "The measures were answered.", context)]


def _deteriorated(
    pathway: Pathway, recorded: MeasureRecorded, context: Context
) -> list[PathwayEvent]:
    """A review of what became reliably worse since the first score; never a discharge."""
    worse = recorded.change is not None and recorded.change.change_class == "deteriorated"
    if not worse or not _latest(pathway, recorded):
        return []
    about = recorded.measure
    return tasks.opened(pathway, "deterioration_review", context.now, context, about=about)


def _latest(pathway: Pathway, recorded: MeasureRecorded) -> bool:
    """An older score that is entered late says nothing of how the patient is now."""
    return all(
        one.taken_at <= recorded.at for one in pathway.scores if one.measure == recorded.measure
    )


def _flagged(pathway: Pathway, recorded: MeasureRecorded, context: Context) -> list[PathwayEvent]:
    flags = recorded.scoring.flags if recorded.scoring else ()
    return flagged(pathway, recorded, flags, context)


def flagged(
    pathway: Pathway, recorded: MeasureRecorded, flags: Iterable[RiskFlag], context: Context
) -> list[PathwayEvent]:
    """Each flag is a risk, at the level that the instrument gives or else the programme's."""
    measure = known(context.definition.measure(recorded.measure))
    events: list[PathwayEvent] = []
    for flag in flags:
        so_far = reduce(evolve, events, pathway)
        level = flag.level or measure.flag_level
        events += raised(so_far, flag.source, level, recorded.at, context)
    return events


def _closing(pathway: Pathway, _recorded: MeasureRecorded, context: Context) -> list[PathwayEvent]:
    return closing(pathway, context)
