"""What is charted of one patient: the scores of each measure, and what happened meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.corrections import as_corrected
from domain.events.envelope import RecordedEvent
from domain.events.pathway import MeasureRecorded
from domain.events.safety import RiskRaised
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.change import ChangeClass
from domain.instruments.instrument import Band
from domain.pathway.rows import Stay
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition
from domain.risk import Level


@dataclass(frozen=True, slots=True)
class Taken:
    """A score on one occasion. `change` is in points since the first score, negative is better."""

    at: datetime
    score: float
    band: str | None
    phase: str | None
    change: float | None
    change_class: ChangeClass | None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """An escalation that was opened, and how high the risk was."""

    at: datetime
    level: Level


@dataclass(frozen=True, slots=True)
class Series:
    """The scores of one measure, the oldest first, with what they are held against.

    Higher scores are worse. `reliable` is in points: a change of so many is more than chance.
    """

    measure: str
    title: str
    lowest: float
    highest: float
    bands: tuple[Band, ...]
    cut_off: float | None
    reliable: float | None
    taken: tuple[Taken, ...]

    @property
    def first(self) -> Taken:
        return self.taken[0]

    @property
    def latest(self) -> Taken:
        return self.taken[-1]


def series_of(
    events: Sequence[RecordedEvent], pathway: Pathway, programme: Definition | None
) -> list[Series]:
    """One series for each measure that was taken, in the programme's order, as corrected."""
    taken: dict[str, list[MeasureRecorded]] = {}
    for one in as_corrected(events):
        if isinstance(one.event, MeasureRecorded):
            taken.setdefault(one.event.measure, []).append(one.event)
    order = [one.id for one in programme.measures] if programme else []
    known = sorted(
        taken, key=lambda one: (one not in order, order.index(one) if one in order else 0)
    )
    return [_series(measure, taken[measure], pathway, programme) for measure in known]


def raised_in(events: Iterable[RecordedEvent]) -> list[Raised]:
    """The escalations of a pathway."""
    return [
        Raised(one.event.at, one.event.level) for one in events if isinstance(one.event, RiskRaised)
    ]


def stays_within(stays: Sequence[Stay], since: datetime, until: datetime) -> list[Stay]:
    """The stays of which some part lies between two instants."""
    return [
        stay
        for stay in stays
        if stay.entered_at <= until and (stay.left_at is None or stay.left_at > since)
    ]


def _series(
    measure: str, events: list[MeasureRecorded], pathway: Pathway, programme: Definition | None
) -> Series:
    ordered = sorted(events, key=lambda one: one.at)
    planned = programme.measure(measure) if programme else None
    known = INSTRUMENTS.get(measure)
    ends = planned or known
    scores = [one.score for one in ordered]
    return Series(
        measure=measure,
        title=planned.title if planned else known.title if known else measure,
        lowest=ends.lowest if ends else min(*scores, 0.0),
        highest=ends.highest if ends else max(*scores, 1.0),
        bands=known.bands if known else (),
        cut_off=_threshold(ordered, "cut_off") or (known.cut_off if known else None),
        reliable=_threshold(ordered, "reliable"),
        taken=tuple(_taken(one, pathway) for one in ordered),
    )


def _threshold(ordered: list[MeasureRecorded], name: str) -> float | None:
    """The one that the latest event tells, which is the one used."""
    used = [one.change.thresholds.get(name) for one in ordered if one.change]
    return used[-1] if used else None


def _taken(event: MeasureRecorded, pathway: Pathway) -> Taken:
    change = event.change
    return Taken(
        at=event.at,
        score=event.score,
        band=event.scoring.band if event.scoring else None,
        phase=pathway.phase_at(event.at),
        change=change.difference if change else None,
        change_class=change.change_class if change else None,
        corrected=event.corrects is not None,
    )
