"""What the Joint Commission asks of care, requirement by requirement, and measures left undone.

Each row says of one entity whether a requirement is met, when, and by which event. One that is not
asked of the entity yet has no row.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from audit.log import Stream
from audit.reports.report import Asked, Cells
from domain.calendar import day_in
from domain.corrections import as_corrected
from domain.events.access import IdentityConfirmed
from domain.events.agreements import SafetyPlanAgreed
from domain.events.base import Event
from domain.events.care import ProgressReviewed
from domain.events.envelope import RecordedEvent
from domain.events.escalation import (
    DispositionRecorded,
    Resolved,
    RiskFormulated,
    SafetyPlanReviewed,
)
from domain.events.measures import MeasuresBecameOverdue
from domain.events.pathway import (
    MeasureRecorded,
    MeasuresExpired,
    SessionRecorded,
    TreatmentStarted,
)
from domain.instruments.catalogue import INSTRUMENTS
from domain.pathway.identity import IDENTIFIERS_NEEDED
from domain.programmes.definition import Definition

ATTENDED = ("attended", "late")


def measured_care(
    stream: Stream,
    definition: Definition | None,  # noqa: ARG001 - as every report
    asked: Asked,
) -> Iterator[Cells]:
    """CTS.03.01.09: a standardised tool, used again, and its results used in the plan of care."""
    stream = as_corrected(stream)
    scored = [one for one in stream if _standardised(one.event)]
    started = _first(stream, lambda event: isinstance(event, TreatmentStarted))
    if started is None or not asked.within(started.effective_at):
        return
    baseline = [one for one in scored if one.effective_at <= started.effective_at]
    later = [one for one in scored if one.effective_at > started.effective_at]
    yield _row(stream, "baseline_by_standard_tool", baseline[0] if baseline else None)
    yield _row(stream, "measured_again_in_treatment", later[0] if later else None)
    reviewed = _first(
        stream,
        lambda event: isinstance(event, ProgressReviewed),
        since=later[0].effective_at if later else None,
    )
    yield _row(stream, "results_used_in_review", reviewed if later else None)


def suicide_risk(
    stream: Stream,
    definition: Definition | None,  # noqa: ARG001 - as every report
    asked: Asked,
) -> Iterator[Cells]:
    """NPSG.15.01.01: screened, assessed, risk and mitigation documented, and looked at again."""
    if not asked.within(stream[0].effective_at):
        return
    if stream[0].stream_id.startswith("escalation-"):
        yield from _risk_answered(stream)
        return
    stream = as_corrected(stream)
    started = _first(stream, lambda event: isinstance(event, TreatmentStarted))
    if started is None:
        return
    screens = [one for one in stream if _screens(one.event)]
    before = [one for one in screens if one.effective_at <= started.effective_at]
    after = [one for one in screens if one.effective_at > started.effective_at]
    plan = _first(stream, lambda event: isinstance(event, SafetyPlanAgreed))
    yield _row(stream, "screened_by_validated_tool", before[0] if before else None)
    yield _row(stream, "safety_plan_agreed", plan)
    yield _row(stream, "screened_again_in_treatment", after[0] if after else None)


def _risk_answered(stream: Stream) -> Iterator[Cells]:
    """Of an escalation that was resolved: until then its own clocks ask for these."""
    if _first(stream, lambda event: isinstance(event, Resolved)) is None:
        return
    for requirement, kind in (
        ("risk_assessed_and_documented", RiskFormulated),
        ("mitigation_documented", DispositionRecorded),
        ("safety_plan_reviewed", SafetyPlanReviewed),
    ):
        yield _row(stream, requirement, _first_of(stream, kind))


def two_identifiers(stream: Stream, definition: Definition | None, asked: Asked) -> Iterator[Cells]:
    """NPSG.01.01.01: two identifiers before the first session, and on the day of each one held."""
    zone = definition.zone if definition else "UTC"
    held = [
        one
        for one in as_corrected(stream)
        if isinstance(one.event, SessionRecorded) and one.event.attendance in ATTENDED
    ]
    if not held or not asked.within(held[0].effective_at):
        return
    confirmed = [
        one
        for one in stream
        if isinstance(one.event, IdentityConfirmed) and len(one.event.kinds) >= IDENTIFIERS_NEEDED
    ]
    before = [one for one in confirmed if one.effective_at <= held[0].effective_at]
    yield _row(stream, "confirmed_before_first_session", before[0] if before else None)
    days = {day_in(zone, one.effective_at) for one in confirmed}
    for one in held[1:]:
        if asked.within(one.effective_at):
            met = day_in(zone, one.effective_at) in days
            yield (one.stream_id, "confirmed_on_day_of_session", met, one.effective_at, one.seq)


def overdue_measures(
    stream: Stream,
    definition: Definition | None,  # noqa: ARG001 - as every report
    asked: Asked,
) -> Iterator[Cells]:
    """Every measure that was overdue or expired, and when it was answered after all."""
    for one in stream:
        if isinstance(one.event, MeasuresBecameOverdue | MeasuresExpired) and asked.within(
            one.effective_at
        ):
            what = "expired" if isinstance(one.event, MeasuresExpired) else "overdue"
            for measure in one.event.missing:
                answered = _answer(stream, one.event.occasion, measure)
                yield (
                    one.stream_id,
                    one.effective_at,
                    one.event.occasion,
                    measure,
                    what,
                    answered.effective_at if answered else None,
                    one.seq,
                )


def _answer(stream: Stream, occasion: str, measure: str) -> RecordedEvent | None:
    """When the measure of this occasion was answered after all, if it was."""
    answers = (
        one
        for one in as_corrected(stream)
        if isinstance(one.event, MeasureRecorded)
        and one.event.measure == measure
        and occasion in one.event.occasions
    )
    return next(answers, None)


def _standardised(event: Event) -> bool:
    return isinstance(event, MeasureRecorded) and event.scoring is not None


def _screens(event: Event) -> bool:
    """Whether it is an instrument that flags suicide risk, by an item or by its total."""
    if not isinstance(event, MeasureRecorded) or event.scoring is None:
        return False
    instrument = INSTRUMENTS.get(event.scoring.instrument)
    return instrument is not None and bool(instrument.risk_item or instrument.flags_of_total)


def _first(
    stream: Stream, wanted: Callable[[Event], bool], since: datetime | None = None
) -> RecordedEvent | None:
    found = (
        one for one in stream if wanted(one.event) and (since is None or one.effective_at >= since)
    )
    return next(found, None)


def _first_of(stream: Stream, kind: type[Event]) -> RecordedEvent | None:
    return _first(stream, lambda event: isinstance(event, kind))


def _row(stream: Stream, requirement: str, by: RecordedEvent | None) -> Cells:
    entity_id = stream[0].stream_id
    if by is None:
        return entity_id, requirement, False, None, None
    return entity_id, requirement, True, by.effective_at, by.seq
