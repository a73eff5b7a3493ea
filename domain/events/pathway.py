"""What can happen on a patient's pathway.

Instants that the clock must come back to (the planned end, the next measures, a reminder) are
computed when the decision is taken and stand in the events: they are facts that an auditor can
read, and a later change of policy does not move them silently.
"""

from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime

from domain.events import attendance as attending
from domain.events import effects
from domain.events.access import AccessEvent
from domain.events.agreements import AgreementEvent
from domain.events.base import Event
from domain.events.care import CareEvent
from domain.events.corrections import CorrectionEvent
from domain.events.endings import ClosingReason, DischargeReason, ErasureReason
from domain.events.measures import MeasureEvent
from domain.events.safety import (
    ErasurePassedOn,
    EscalationResolved,
    RiskRaised,
    RiskSignalled,
)
from domain.events.seats import SeatEvent
from domain.events.timetable import PlannedMeasures, Timetable
from domain.events.version import VersionMoved
from domain.instruments.change import Change
from domain.instruments.scoring import Scoring
from domain.patient import Referral

Attendance = attending.Attendance

SessionModality = Literal["virtual", "in_person"]


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
    "safety_call",
    "deterioration_review",
    "verify_benefits",
    "waitlist_review",
    "find_group",
    "find_therapist",
    "return_from_level",
    "refer_out",
    "reach_patient",
    "send_record",
    "pass_on_message",
    "finish_erasure",
]


class Referred(Event):
    """`former_pathway` is the one that the patient came to the end of before."""

    programme: str
    referral: Referral
    former_pathway: str | None = None


class PhaseEntered(Event):
    """`quiet_after` is when silence in this phase would ask for a review."""

    phase: str
    reason: str | None = None
    quiet_after: AwareDatetime | None = None


class SessionBooked(Event):
    """`group_id` and its session's number, where a group has booked.

    `group_reminds`: the group reminds the patient of it, so the pathway does not.
    """

    booking: int
    kind: str
    starts_at: AwareDatetime
    length: timedelta
    remind_at: tuple[AwareDatetime, ...]
    group_id: str | None = None
    group_session: int | None = None
    group_reminds: bool = False


class BookingCancelled(Event):
    booking: int


class SessionReminderFellDue(Event):
    booking: int
    starts_at: AwareDatetime


class SessionReminded(Event):
    """What came of a reminder that the patient's group sent; told with how the session went."""

    group_id: str
    group_session: int
    starts_at: AwareDatetime
    outcome: effects.EffectOutcome


class SessionRecorded(Event):
    """`location` is the US state in which the patient said they were.

    `note` is the opaque id of the progress note: the note itself is never here.
    `group_id` and its session's number are given where a group has recorded it, `corrects` is the
    version of the event in whose place this one stands.
    """

    kind: str
    phase: str
    length: timedelta
    attendance: Attendance
    late_by: timedelta = timedelta(0)
    booking: int | None = None
    quiet_after: AwareDatetime | None = None
    clinicians: tuple[str, ...] = ()
    location: str | None = None
    modality: SessionModality | None = None
    note: str | None = None
    group_id: str | None = None
    group_session: int | None = None
    corrects: int | None = None


class TreatmentStarted(Event):
    """The first session of treatment was attended: the duration counts from it."""

    timetable: Timetable


class MeasureRecorded(Event):
    """`occasions` are the open occasions that this answers; none of them: taken on demand.

    `scoring` says how the score came about, of an instrument that carepath knows. `change` says
    what became of the patient's first score of it; that one, and what is older, has none.
    `corrects` is the version of the event in whose place this one stands.
    """

    measure: str
    score: float
    occasions: tuple[str, ...]
    scoring: Scoring | None = None
    change: Change | None = None
    corrects: int | None = None


class MeasuresFellDue(Event):
    """The patient is reminded at `remind_at` of what is missing; from `overdue_at` it is late."""

    planned: PlannedMeasures
    next_measures: PlannedMeasures | None = None
    remind_at: AwareDatetime | None = None
    overdue_at: AwareDatetime | None = None


class MeasuresExpired(Event):
    occasion: str
    missing: tuple[str, ...]


class Paused(Event):
    reason: str
    resume_at: AwareDatetime


class Resumed(Event):
    """The timetable goes on with what lies ahead; it is absent while treatment has not started."""

    quiet_after: AwareDatetime | None
    timetable: Timetable | None = None


class LevelReturned(Event):
    """The patient is back from another level of care. The timetable is as after a pause."""

    level: str
    reason: str
    quiet_after: AwareDatetime | None
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


class TaskCameAgain(Event):
    """A task came due again while it was still open, as `task`. `next_at` is as of `TaskOpened`."""

    task: int
    kind: TaskKind
    next_at: AwareDatetime | None = None


class TaskCompleted(Event):
    """`quiet_after` is when silence that goes on would ask for another review."""

    task: int
    outcome: str
    quiet_after: AwareDatetime | None = None


class Discharged(Event):
    """`referred_to` is where the patient goes on, `moved_to` the state that they moved to."""

    reason: DischargeReason
    explanation: str | None = None
    referred_to: str | None = None
    moved_to: str | None = None
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
    | SessionReminded
    | SessionRecorded
    | TreatmentStarted
    | MeasureRecorded
    | MeasuresFellDue
    | MeasuresExpired
    | MeasureEvent
    | CorrectionEvent
    | AgreementEvent
    | Paused
    | Resumed
    | VersionMoved
    | LevelReturned
    | AccessEvent
    | SeatEvent
    | CareEvent
    | TaskOpened
    | TaskCameAgain
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
