"""The rows of a pathway's measures: one for each measure of each occasion."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from domain.events.timetable import PlannedMeasures
from domain.instruments.change import ChangeClass
from projections.folded.entity import Folding
from projections.measures.chart import Asked, Chart, Taken

Standing = Literal["planned", "due", "overdue", "answered", "expired", "given_up"]
"""`given_up`: neither answered nor expired when treatment ended otherwise."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure on one occasion. What was taken on demand has an occasion of its own.

    `overdue_at` is from when it is late. `baseline`, `change` (points, negative is better) and the
    rest of the change are those that the event tells; `reliable`, `cut_off` and `response` are the
    thresholds used. `phase` is the one in which it was taken.
    """

    pathway_id: str
    measure: str
    occasion: str
    programme: str | None
    standing: Standing
    due_at: datetime | None
    expires_at: datetime | None
    overdue_at: datetime | None
    overdue: bool
    taken_at: datetime | None = None
    phase: str | None = None
    score: float | None = None
    band: str | None = None
    missing_items: str | None = None
    findings: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    baseline: float | None = None
    change: float | None = None
    change_class: ChangeClass | None = None
    below_cut_off: bool | None = None
    responded: bool | None = None
    reliable: float | None = None
    cut_off: float | None = None
    response: float | None = None
    corrected: bool = False


def rows_of(pathway_id: str, folding: Folding[Chart]) -> Iterator[MeasureRow]:
    """What was asked for, then what was answered unasked, then what is planned."""
    chart = folding.state
    asked_for = {(one.occasion, measure) for one in chart.asked for measure in one.measures}
    for asked in chart.asked:
        for measure in asked.measures:
            yield _asked(pathway_id, chart, asked, measure)
    for number, taken in enumerate(chart.taken, 1):
        if asked_for.isdisjoint((one, taken.measure) for one in taken.occasions):
            yield _on_demand(pathway_id, chart, taken, number)
    for planned in chart.pathway.planned_measures:
        for measure in planned.measures:
            if (planned.occasion, measure) not in asked_for:
                yield _planned(pathway_id, chart, planned, measure)


def _planned(pathway_id: str, chart: Chart, planned: PlannedMeasures, measure: str) -> MeasureRow:
    return MeasureRow(
        pathway_id,
        measure,
        planned.occasion,
        programme=chart.pathway.programme,
        standing="planned",
        due_at=planned.due_at,
        expires_at=planned.expires_at,
        overdue_at=None,
        overdue=False,
    )


def _asked(pathway_id: str, chart: Chart, asked: Asked, measure: str) -> MeasureRow:
    answer = chart.answer(asked.occasion, measure)
    standing = "answered" if answer else _unanswered(chart, asked, measure)
    return MeasureRow(
        pathway_id,
        measure,
        asked.occasion,
        programme=chart.pathway.programme,
        standing=standing,
        due_at=asked.due_at,
        expires_at=asked.expires_at,
        overdue_at=asked.overdue.get(measure, asked.overdue_at),
        overdue=standing == "overdue",
        **(_told(answer) if answer else {}),
    )


def _unanswered(chart: Chart, asked: Asked, measure: str) -> Standing:
    if measure in asked.expired:
        return "expired"
    if not chart.still_open(asked.occasion, measure):
        return "given_up"
    return "overdue" if measure in asked.overdue else "due"


def _on_demand(pathway_id: str, chart: Chart, taken: Taken, number: int) -> MeasureRow:
    return MeasureRow(
        pathway_id,
        taken.measure,
        f"on_demand-{number}",
        programme=chart.pathway.programme,
        standing="answered",
        due_at=None,
        expires_at=None,
        overdue_at=None,
        overdue=False,
        **_told(taken),
    )


def _told(taken: Taken) -> dict[str, Any]:
    """The columns of an answer."""
    change = taken.change
    thresholds = change.thresholds if change else {}
    return {
        "taken_at": taken.taken_at,
        "phase": taken.phase,
        "score": taken.score,
        "band": taken.band,
        "missing_items": taken.missing_items,
        "findings": taken.findings,
        "flags": taken.flags,
        "corrected": taken.corrected,
        "baseline": change.baseline if change else None,
        "change": change.difference if change else None,
        "change_class": change.change_class if change else None,
        "below_cut_off": change.below_cut_off if change else None,
        "responded": change.responded if change else None,
        **{name: thresholds.get(name) for name in ("reliable", "cut_off", "response")},
    }
