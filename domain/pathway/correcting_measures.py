"""Putting right a score: struck out, and recorded anew, with what that changes of the others."""

from collections.abc import Iterator
from functools import reduce

from domain.commands.corrections import CorrectMeasure, StrikeOut
from domain.commands.pathway import RecordMeasure
from domain.decider import Context, known, require
from domain.events.corrections import ChangesReckoned, MeasureStruckOut, Reckoned
from domain.events.pathway import PathwayEvent, TaskCompleted
from domain.events.timetable import PlannedMeasures
from domain.instruments.instrument import RiskFlag
from domain.pathway import guards_on_corrections as guards
from domain.pathway import tasks
from domain.pathway.closing import closing
from domain.pathway.evolve import evolve
from domain.pathway.measures import flagged, recorded_measure
from domain.pathway.rows import Score
from domain.pathway.scores import since_first
from domain.pathway.state import Pathway
from domain.pathway.timetable import asked_for, planned
from domain.programmes.definition import Definition
from domain.risk import at_least


def correct_measure(
    pathway: Pathway, command: CorrectMeasure, context: Context
) -> list[PathwayEvent]:
    """What the patient really answered. It answers the same occasions; a flag of it is new once."""
    require(
        guards.entry_stands(pathway, command.entry),
        guards.any_score(pathway) or guards.is_score(pathway, command.entry),
    )
    wrong = known(guards.score_of(pathway, command.entry))
    struck = _struck_out(wrong, command.reason)
    said = RecordMeasure(measure=wrong.measure, **command.model_dump(exclude={"entry", "reason"}))
    recorded = recorded_measure(evolve(pathway, struck), said, context)
    anew = recorded.model_copy(update={"corrects": wrong.entry, "occasions": wrong.occasions})
    flags = anew.scoring.flags if anew.scoring else ()
    unknown = [one for one in flags if not _raised_before(one, wrong)]
    after = evolve(evolve(pathway, struck), anew)
    raised = flagged(after, anew, unknown, context)
    return _put_right(pathway, [struck, anew, *raised], wrong, context)


def _raised_before(flag: RiskFlag, wrong: Score) -> bool:
    """Whether the wrong score flagged the same, as high or higher: somebody knows of it."""
    return any(
        was == flag or (was.level and flag.level and at_least(was.level, flag.level))
        for was in wrong.flags
        if was.source == flag.source
    )


def strike_out_measure(
    pathway: Pathway, command: StrikeOut, context: Context
) -> list[PathwayEvent]:
    """What it had answered is asked for again, as far as nobody waits for it still."""
    wrong = known(guards.score_of(pathway, command.entry))
    struck = _struck_out(wrong, command.reason)
    asked = [*_asked_again(pathway, wrong, context)] if not pathway.discharged_for else []
    return _put_right(pathway, [struck, *asked], wrong, context)


def _struck_out(wrong: Score, reason: str) -> MeasureStruckOut:
    return MeasureStruckOut(
        at=wrong.taken_at,
        entry=wrong.entry,
        measure=wrong.measure,
        score=wrong.score,
        occasions=wrong.occasions,
        reason=reason,
    )


def _asked_again(pathway: Pathway, wrong: Score, context: Context) -> Iterator[PathwayEvent]:
    still_open = {one.occasion for one in pathway.open_measures}
    for occasion in wrong.occasions:
        if occasion not in still_open:
            yield asked_for(context.definition, _once_more(occasion, wrong.measure, context))


def _once_more(occasion: str, measure: str, context: Context) -> PlannedMeasures:
    """From now on; a baseline never expires."""
    anew = planned(context.definition, occasion, (measure,), context.now)
    return anew.model_copy(update={"expires_at": None}) if occasion == "baseline" else anew


def _put_right(
    pathway: Pathway, events: list[PathwayEvent], wrong: Score, context: Context
) -> list[PathwayEvent]:
    """The same with what follows. Of a pathway that is closed nobody is asked anything more."""
    after = reduce(evolve, events, pathway)
    reckoned = [*_reckoned(pathway, after, wrong, context.definition)]
    if pathway.status == "closed":
        return [*events, *reckoned]
    reviewed = _reviewed(pathway, after, wrong.measure, context)
    ended = closing(reduce(evolve, reviewed, after), context)
    return [*events, *reckoned, *reviewed, *ended]


def _reckoned(
    before: Pathway, after: Pathway, wrong: Score, definition: Definition
) -> Iterator[ChangesReckoned]:
    """The changes since the first score, of those that it was not that was corrected."""
    same = [one for one in after.scores if one.measure == wrong.measure and one in before.scores]
    changes = [
        Reckoned(entry=one.entry, taken_at=one.taken_at, score=one.score, change=change)
        for one in same
        if (change := since_first(after.scores, one, definition))
        != since_first(before.scores, one, definition)
    ]
    if changes:
        yield ChangesReckoned(at=wrong.taken_at, measure=wrong.measure, changes=tuple(changes))


def _reviewed(
    before: Pathway, after: Pathway, measure: str, context: Context
) -> list[PathwayEvent]:
    """A review is asked for of what has become worse, and is over if it has not."""
    was, is_worse = (_worse(one, measure, context.definition) for one in (before, after))
    if is_worse and not was:
        return tasks.opened(after, "deterioration_review", context.now, context, about=measure)
    task = after.task("deterioration_review", measure)
    if is_worse or not was or task is None:
        return []
    return [TaskCompleted(at=context.now, task=task.number, outcome="The score was corrected.")]


def _worse(pathway: Pathway, measure: str, definition: Definition) -> bool:
    latest = next((one for one in pathway.latest_scores if one.measure == measure), None)
    change = since_first(pathway.scores, latest, definition) if latest else None
    return change is not None and change.change_class == "deteriorated"
