"""Histories of one synthetic patient on MBT-G, written as the events that the log would hold."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from domain import programmes
from domain.clinician.qualifications import Qualifications
from domain.clinician.state import Service
from domain.commands import pathway as commands
from domain.events.agreements import (
    ConsentGiven,
    DurationChosen,
    SafetyPlanAgreed,
    SuitabilityDecided,
)
from domain.events.endings import DischargeReason
from domain.events.pathway import (
    Attendance,
    Closed,
    Discharged,
    MeasureRecorded,
    MeasuresFellDue,
    PathwayEvent,
    PhaseEntered,
    Referred,
    SessionRecorded,
    TaskKind,
    TaskOpened,
    TreatmentStarted,
)
from domain.events.timetable import PlannedMeasures, Timetable
from domain.pathway import PATHWAY
from domain.patient import Patient, Referral, SafetyPlan
from domain.programmes.definition import Definition
from tests.definitions import by_hand, unchecked
from tests.domain.specification import Specification


def ny(local: str) -> datetime:
    """An instant, said as the local time of New York: `2026-01-27 18:00`."""
    zoned = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("America/New_York"))
    return zoned.astimezone(UTC)


SHIPPED = Definition.model_validate(
    yaml.safe_load((Path(programmes.__file__).parent / "mbt-g.yaml").read_text())
)


def mbt_g_document() -> dict[str, Any]:
    return by_hand(SHIPPED).model_dump(mode="json")


MBT_G = Definition.model_validate(mbt_g_document())
IN_GROUPS = unchecked(SHIPPED)
"""The same programme with the sessions of therapy groups in their hands."""

NORA = "clinician-00000000-0000-4000-8000-000000000001"
"""The clinician who decides."""

IN_SERVICE = (Service(since=ny("2020-01-06 09:00")),)
NO_MORE = (Service(since=ny("2020-01-06 09:00"), until=ny("2021-01-06 09:00")),)

pathway = Specification(PATHWAY, MBT_G, {NORA: Qualifications(service=IN_SERVICE)})
given = pathway.given

WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)
BASELINE = ("phq-9", "gad-7", "wsas", "bsl-23", "c-ssrs")
PROGRESS = ("phq-9", "gad-7", "wsas", "bsl-23")

REFERRED_AT = ny("2026-01-05 10:00")
READY_AT = ny("2026-01-20 10:00")
FIRST_GROUP = ny("2026-01-27 18:00")
PLANNED_END = ny("2026-07-27 18:00")
ONGOING_AT = ny("2026-03-11 09:00")
DISCHARGE_AT = ny("2026-07-20 09:00")

PATIENT = Patient(
    record_number="MRN-1",
    family_name="Example",
    given_names=("Avery",),
    birth_date=date(1990, 5, 17),
    state="FL",
)
REFERRAL = Referral(referral_id="ref-1", reasons=("F60.3",), patient=PATIENT)
PLAN = SafetyPlan(
    warning_signs=("Not sleeping",),
    own_coping=("Walking",),
    people_and_places_that_distract=("The library",),
    people_to_ask_for_help=("A sister",),
    professionals_and_services=("988",),
    safer_environment=("Medication locked away",),
)


def entered(phase: str, at: datetime, *, watched: bool = True) -> PhaseEntered:
    return PhaseEntered(
        at=at, phase=phase, quiet_after=at + timedelta(days=30) if watched else None
    )


def referred() -> tuple[PathwayEvent, ...]:
    baseline = PlannedMeasures(occasion="baseline", measures=BASELINE, due_at=REFERRED_AT)
    return (
        Referred(at=REFERRED_AT, programme="mbt-g@1", referral=REFERRAL),
        entered("assessment", REFERRED_AT),
        MeasuresFellDue(at=REFERRED_AT, planned=baseline, overdue_at=REFERRED_AT + WEEK),
    )


def session(
    at: datetime, kind: str, phase: str, attendance: Attendance = "attended"
) -> SessionRecorded:
    length = {"assessment": 60, "psychoeducation": 60, "group": 90, "individual": 50}[kind]
    return SessionRecorded(
        at=at,
        kind=kind,
        phase=phase,
        length=timedelta(minutes=length),
        attendance=attendance,
        quiet_after=at + timedelta(days=30),
    )


def meetings(count: int, attendance: Attendance = "attended") -> tuple[SessionRecorded, ...]:
    """Assessment meetings every three days from 7 January."""
    first = ny("2026-01-07 10:00")
    return tuple(
        session(first + timedelta(days=3) * number, "assessment", "assessment", attendance)
        for number in range(count)
    )


FOUND_SUITABLE = SuitabilityDecided(
    at=ny("2026-01-19 10:00"), suitable=True, decided_by=NORA, reason="Wants to understand"
)
CONSENTED = ConsentGiven(at=ny("2026-01-19 10:30"), consent="treatment", document_version="1")
PLAN_AGREED = SafetyPlanAgreed(at=ny("2026-01-19 10:40"), plan=PLAN, revision=1)
SIX_MONTHS = DurationChosen(
    at=ny("2026-01-19 10:50"), variant="six-months", months=6, decided_by=NORA, reason="Mild"
)
EIGHTEEN_MONTHS = DurationChosen(
    at=ny("2026-01-19 10:50"),
    variant="eighteen-months",
    months=18,
    decided_by=NORA,
    reason="Severe",
)


def baseline_answered() -> tuple[MeasureRecorded, ...]:
    return tuple(
        MeasureRecorded(
            at=ny("2026-01-19 11:00"), measure=measure, score=2, occasions=("baseline",)
        )
        for measure in BASELINE
    )


def ready(*, without: PathwayEvent | None = None, but: PathwayEvent = SIX_MONTHS) -> Any:
    """All that the door of treatment asks for, in assessment still; perhaps all but one."""
    found = (*referred(), *meetings(2), FOUND_SUITABLE, CONSENTED, PLAN_AGREED, but)
    return tuple(event for event in (*found, *baseline_answered()) if event != without)


def in_introduction(duration: PathwayEvent = SIX_MONTHS) -> tuple[PathwayEvent, ...]:
    return (*ready(but=duration), entered("introduction", READY_AT))


def progress(number: int, first: datetime = FIRST_GROUP) -> PlannedMeasures:
    due_at = first + 4 * WEEK * number
    return PlannedMeasures(
        occasion=f"progress-{number}",
        measures=PROGRESS,
        due_at=due_at,
        expires_at=due_at + 2 * WEEK,
    )


TIMETABLE = Timetable(
    ends_at=PLANNED_END,
    plan_discharge_at=PLANNED_END - 8 * WEEK,
    review_at=FIRST_GROUP + 12 * WEEK,
    next_measures=progress(1),
)


def fell_due(
    planned: PlannedMeasures, next_measures: PlannedMeasures | None = None
) -> MeasuresFellDue:
    """Reminded of after three days, overdue after a week."""
    return MeasuresFellDue(
        at=planned.due_at,
        planned=planned,
        next_measures=next_measures,
        remind_at=planned.due_at + timedelta(days=3),
        overdue_at=planned.due_at + WEEK,
    )


def in_treatment() -> tuple[PathwayEvent, ...]:
    """Six months of treatment, begun with the first group session on 27 January at 18:00."""
    return (
        *in_introduction(),
        session(FIRST_GROUP, "group", "introduction"),
        TreatmentStarted(at=FIRST_GROUP, timetable=TIMETABLE),
    )


def weekly_groups(
    count: int, *, first: datetime = FIRST_GROUP + WEEK, phase: str = "introduction"
) -> tuple[SessionRecorded, ...]:
    return tuple(session(first + WEEK * number, "group", phase) for number in range(count))


def in_ongoing() -> tuple[PathwayEvent, ...]:
    return (*in_treatment(), *weekly_groups(5), entered("ongoing", ONGOING_AT))


DISCHARGE_MEASURES = PlannedMeasures(
    occasion="discharge",
    measures=PROGRESS,
    due_at=DISCHARGE_AT,
    expires_at=DISCHARGE_AT + 2 * WEEK,
)


def in_discharge() -> tuple[PathwayEvent, ...]:
    return (
        *in_ongoing(),
        entered("discharge", DISCHARGE_AT, watched=False),
        fell_due(DISCHARGE_MEASURES),
    )


def discharge_answered() -> tuple[MeasureRecorded, ...]:
    return tuple(
        MeasureRecorded(at=DISCHARGE_AT, measure=measure, score=1, occasions=("discharge",))
        for measure in PROGRESS
    )


def follow_up(months: int, due_at: datetime) -> PlannedMeasures:
    return PlannedMeasures(
        occasion=f"follow_up-{months}",
        measures=PROGRESS,
        due_at=due_at,
        expires_at=due_at + 2 * WEEK,
    )


FOLLOW_UPS = (
    follow_up(3, ny("2026-10-27 18:00")),
    follow_up(6, ny("2027-01-27 18:00")),
    follow_up(12, ny("2027-07-27 18:00")),
)


def in_follow_up(reason: DischargeReason = "completed") -> tuple[PathwayEvent, ...]:
    return (
        *in_discharge(),
        *discharge_answered(),
        Discharged(at=PLANNED_END, reason=reason, follow_ups=FOLLOW_UPS),
        entered("follow_up", PLANNED_END, watched=False),
    )


def closed() -> tuple[PathwayEvent, ...]:
    return (*in_follow_up(), Closed(at=PLANNED_END + WEEK, reason="follow_up_ended"))


def task(number: int, kind: TaskKind, at: datetime) -> TaskOpened:
    return TaskOpened(at=at, task=number, kind=kind, due_at=at + timedelta(days=3))


def attend(kind: str, held_at: datetime, **details: Any) -> commands.RecordSession:
    return commands.RecordSession(kind=kind, held_at=held_at, attended=True, **details)


def miss(kind: str, held_at: datetime, notice_at: datetime | None = None) -> commands.RecordSession:
    return commands.RecordSession(kind=kind, held_at=held_at, attended=False, notice_at=notice_at)


def answer(measure: str, taken_at: datetime, score: float = 3) -> commands.RecordMeasure:
    """A score from paper, with no at the risk item if the instrument has one."""
    risk_item = 0 if measure in ("phq-9", "core-10") else None
    return commands.RecordMeasure(
        measure=measure, score=score, risk_item=risk_item, taken_at=taken_at
    )


ANSWERS: dict[str, Any] = {"decided_by": NORA, "reason": "Agreed with the patient"}
