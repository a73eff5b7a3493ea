"""What is agreed with the patient, or decided by a clinician."""

from domain.events.base import Event
from domain.events.timetable import Timetable
from domain.patient import SafetyPlan
from domain.value import Value


class ConsentGiven(Event):
    consent: str
    document_version: str


class ConsentWithdrawn(Event):
    consent: str


class SafetyPlanAgreed(Event):
    """`revision` counts from 1."""

    plan: SafetyPlan
    revision: int


class Alternative(Value):
    """Another treatment that was considered, and why."""

    option: str
    reason: str


class SuitabilityDecided(Event):
    suitable: bool
    decided_by: str
    reason: str
    alternatives: tuple[Alternative, ...] = ()


class DurationChosen(Event):
    """Treatment lasts `months` calendar months and `weeks` weeks."""

    variant: str
    months: int
    weeks: int = 0
    decided_by: str
    reason: str


class DurationChanged(Event):
    """`timetable` is absent while treatment has not started."""

    variant: str
    months: int
    weeks: int = 0
    decided_by: str
    reason: str
    timetable: Timetable | None = None


AgreementEvent = (
    ConsentGiven
    | ConsentWithdrawn
    | SafetyPlanAgreed
    | SuitabilityDecided
    | DurationChosen
    | DurationChanged
)
