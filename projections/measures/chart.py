"""A pathway as its measures tell it: what is planned, what was asked for, what was answered."""

from datetime import datetime

from pydantic import AwareDatetime, Field

from domain.events.corrections import ChangesReckoned, MeasureStruckOut, Reckoned
from domain.events.measures import MeasuresBecameOverdue
from domain.events.pathway import (
    MeasureRecorded,
    MeasuresExpired,
    MeasuresFellDue,
    PathwayEvent,
)
from domain.events.timetable import PlannedMeasures
from domain.instruments.change import Change
from domain.instruments.scoring import MissingItemsRule
from domain.pathway.evolve import evolve
from domain.pathway.state import Pathway
from domain.value import Value

REMEMBERED = (
    "status",
    "programme",
    "stays",
    "planned_measures",
    "open_measures",
    "treatment_started_at",
)
"""The fields of a pathway that a row here follows from."""


class Asked(PlannedMeasures):
    """Measures that fell due. `overdue` and `expired` say since when, by measure."""

    overdue_at: AwareDatetime | None = None
    overdue: dict[str, AwareDatetime] = Field(default_factory=dict)
    expired: dict[str, AwareDatetime] = Field(default_factory=dict)


class Taken(Value):
    """One answer: `occasions` are those that it answers; none of them, it was taken on demand."""

    measure: str
    taken_at: AwareDatetime
    phase: str | None
    score: float
    occasions: tuple[str, ...]
    band: str | None = None
    missing_items: MissingItemsRule | None = None
    findings: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    change: Change | None = None
    corrected: bool = False

    @property
    def said(self) -> tuple[str, datetime, float]:
        """By what it is known to whoever corrects it."""
        return self.measure, self.taken_at, self.score


class Chart(Value):
    """A pathway, what was asked of the patient, and the answers in the order they came in."""

    pathway: Pathway = Pathway()
    asked: tuple[Asked, ...] = ()
    taken: tuple[Taken, ...] = ()

    @property
    def status(self) -> str:
        return self.pathway.status

    def still_open(self, occasion: str, measure: str) -> bool:
        """Whether an answer is still waited for."""
        return any(
            one.occasion == occasion and measure in one.measures
            for one in self.pathway.open_measures
        )

    def answer(self, occasion: str, measure: str) -> Taken | None:
        return next(
            (one for one in self.taken if one.measure == measure and occasion in one.occasions),
            None,
        )


def chart(before: Chart, event: PathwayEvent) -> Chart:
    """The same after one more event."""
    asked, taken = before.asked, before.taken
    match event:
        case MeasuresFellDue(planned=planned, overdue_at=overdue_at):
            asked = _asked(asked, planned, overdue_at)
        case MeasuresBecameOverdue(at=at, occasion=occasion, missing=missing):
            asked = _marked(asked, occasion, "overdue", dict.fromkeys(missing, at))
        case MeasuresExpired(at=at, occasion=occasion, missing=missing):
            asked = _marked(asked, occasion, "expired", dict.fromkeys(missing, at))
        case MeasureRecorded():
            taken = (*taken, _taken(event, before.pathway))
        case MeasureStruckOut(measure=measure, at=at, score=score):
            taken = _without(taken, (measure, at, score))
        case ChangesReckoned(measure=measure, changes=changes):
            taken = _reckoned(taken, measure, changes)
        case _:
            pass
    return Chart(pathway=evolve(before.pathway, event), asked=asked, taken=taken)


def remembered(before: Chart) -> Chart:
    """The same without what no row here follows from."""
    kept = {name: getattr(before.pathway, name) for name in REMEMBERED}
    return before.model_copy(update={"pathway": Pathway().model_copy(update=kept)})


def _asked(
    before: tuple[Asked, ...], planned: PlannedMeasures, overdue_at: datetime | None
) -> tuple[Asked, ...]:
    """An occasion that comes again is the same one, with what is asked for besides."""
    known = next((one for one in before if one.occasion == planned.occasion), None)
    if known is None:
        return (*before, Asked(**dict(planned), overdue_at=overdue_at))
    measures = tuple(dict.fromkeys((*known.measures, *planned.measures)))
    again = Asked(
        **{**dict(known), **dict(planned), "measures": measures, "overdue_at": overdue_at}
    )
    return tuple(again if one is known else one for one in before)


def _taken(event: MeasureRecorded, pathway: Pathway) -> Taken:
    scoring = event.scoring
    return Taken(
        measure=event.measure,
        taken_at=event.at,
        phase=pathway.phase_at(event.at),
        score=event.score,
        occasions=event.occasions,
        band=scoring.band if scoring else None,
        missing_items=scoring.missing_items if scoring else None,
        findings=scoring.findings if scoring else (),
        flags=tuple(flag.source for flag in scoring.flags) if scoring else (),
        change=event.change,
        corrected=event.corrects is not None,
    )


def _without(before: tuple[Taken, ...], struck: tuple[str, datetime, float]) -> tuple[Taken, ...]:
    """The same without one that says so: two may say the same."""
    place = next((at for at, one in enumerate(before) if one.said == struck), len(before))
    return (*before[:place], *before[place + 1 :])


def _reckoned(
    before: tuple[Taken, ...], measure: str, changes: tuple[Reckoned, ...]
) -> tuple[Taken, ...]:
    anew = {(measure, one.taken_at, one.score): one.change for one in changes}
    return tuple(
        one.model_copy(update={"change": anew[one.said]}) if one.said in anew else one
        for one in before
    )


def _marked(
    asked: tuple[Asked, ...], occasion: str, mark: str, since: dict[str, datetime]
) -> tuple[Asked, ...]:
    return tuple(
        one.model_copy(update={mark: {**getattr(one, mark), **since}})
        if one.occasion == occasion
        else one
        for one in asked
    )
