"""What can happen on a patient's pathway.

Instants that the clock must come back to (the planned end, the next measures, a reminder) are
computed when the decision is taken and stand in the events: they are facts that an auditor can
read, and a later change of policy does not move them silently.
"""

from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime

from domain.events import effects
from domain.events.base import Event
from domain.events.safety import (
    ErasurePassedOn,
    EscalationResolved,
    RiskRaised,
    RiskSignalled,
)
from domain.patient import Referral, SafetyPlan
from domain.value import Value

Attendance = Literal["attended", "late", "missed", "excused"]

DischargeReason = Literal[
    "completed",
    "completed_early",
    "patient_withdrew",
    "lost_to_contact",
    "transferred",
    "clinically_unsuitable",
    "moved_out_of_state",
    "benefits_exhausted",
    "administrative",
    "deceased",
]

ClosingReason = Literal["follow_up_completed", "follow_up_ended", "no_follow_up"]

ErasureReason = Literal["retention_expired", "patient_request"]
"""Why a record is erased once nothing forbids it any more. A closed list: it stays in clear."""

DESTROY_KEY = "destroy_key"
"""The effect that destroys an erased patient's key."""

TaskKind = Literal[
    "contact_patient",
    "attendance_review",
    "team_decision",
    "disengagement_review",
    "progress_review",
    "consent_review",
    "plan_discharge",
    "end_treatment",
    "resume_pathway",
    "collect_measures",
]


class PlannedMeasures(Value):
    """Instruments to be answered on one occasion (`baseline`, `progress-3`, `follow_up-6`).

    They are asked for at `due_at`; what is not answered by `expires_at` is lost for that occasion.
    Without `expires_at` they stay open until answered.
    """

    occasion: str
    measures: tuple[str, ...]
    due_at: AwareDatetime
    expires_at: AwareDatetime | None = None


class Timetable(Value):
    """What the clock waits for during treatment; what has passed or is not to come is absent."""

    ends_at: AwareDatetime
    plan_discharge_at: AwareDatetime | None
    review_at: AwareDatetime | None
    next_measures: PlannedMeasures | None


class Referred(Event):
    programme: str
    referral: Referral


class PhaseEntered(Event):
    """`quiet_after` is when silence in this phase would ask for a review."""

    phase: str
    reason: str | None = None
    quiet_after: AwareDatetime | None = None


class SessionBooked(Event):
    booking: int
    kind: str
    starts_at: AwareDatetime
    length: timedelta
    remind_at: tuple[AwareDatetime, ...]


class BookingCancelled(Event):
    booking: int


class SessionReminderFellDue(Event):
    booking: int
    starts_at: AwareDatetime


class SessionRecorded(Event):
    kind: str
    phase: str
    length: timedelta
    attendance: Attendance
    late_by: timedelta = timedelta(0)
    booking: int | None = None
    quiet_after: AwareDatetime | None = None


class TreatmentStarted(Event):
    """The first session of treatment was attended: the duration counts from it."""

    timetable: Timetable


class MeasureRecorded(Event):
    """`occasions` are the open occasions that this answers; none of them: taken on demand."""

    measure: str
    score: float
    occasions: tuple[str, ...]


class MeasuresFellDue(Event):
    planned: PlannedMeasures
    next_measures: PlannedMeasures | None = None


class MeasuresExpired(Event):
    occasion: str
    missing: tuple[str, ...]


class ConsentGiven(Event):
    consent: str
    document_version: str


class ConsentWithdrawn(Event):
    consent: str


class SafetyPlanAgreed(Event):
    """`revision` counts from 1."""

    plan: SafetyPlan
    revision: int


class SuitabilityDecided(Event):
    suitable: bool
    decided_by: str
    reason: str
    alternative: str | None = None


class DurationChosen(Event):
    variant: str
    months: int
    decided_by: str
    reason: str


class DurationChanged(Event):
    """`timetable` is absent while treatment has not started."""

    variant: str
    months: int
    decided_by: str
    reason: str
    timetable: Timetable | None = None


class Paused(Event):
    reason: str
    resume_at: AwareDatetime


class Resumed(Event):
    """The timetable goes on with what lies ahead; it is absent while treatment has not started."""

    quiet_after: AwareDatetime
    timetable: Timetable | None = None


class TaskOpened(Event):
    """Something that a person has to do. `task` counts from 1 within the pathway.

    `next_at` is when the same task comes again.
    """

    task: int
    kind: TaskKind
    due_at: AwareDatetime
    about: str | None = None
    next_at: AwareDatetime | None = None


class TaskCompleted(Event):
    """`quiet_after` is when silence that goes on would ask for another review."""

    task: int
    outcome: str
    quiet_after: AwareDatetime | None = None


class Discharged(Event):
    reason: DischargeReason
    explanation: str | None = None
    follow_ups: tuple[PlannedMeasures, ...] = ()


class Closed(Event):
    reason: ClosingReason
    explanation: str | None = None


class LegalHoldPlaced(Event):
    """`reason` refers to a file of counsel's and says nothing of the patient."""

    reason: str


class LegalHoldLifted(Event):
    reason: str


class Erased(Event):
    """The patient's record is given up: the key is destroyed next, and the content with it."""

    reason: ErasureReason


class EffectSettled(effects.EffectSettled):
    """What came of an effect of the pathway."""


PathwayEvent = (
    Referred
    | PhaseEntered
    | SessionBooked
    | BookingCancelled
    | SessionReminderFellDue
    | SessionRecorded
    | TreatmentStarted
    | MeasureRecorded
    | MeasuresFellDue
    | MeasuresExpired
    | ConsentGiven
    | ConsentWithdrawn
    | SafetyPlanAgreed
    | SuitabilityDecided
    | DurationChosen
    | DurationChanged
    | Paused
    | Resumed
    | TaskOpened
    | TaskCompleted
    | RiskRaised
    | RiskSignalled
    | EscalationResolved
    | ErasurePassedOn
    | Discharged
    | Closed
    | LegalHoldPlaced
    | LegalHoldLifted
    | Erased
    | EffectSettled
)
