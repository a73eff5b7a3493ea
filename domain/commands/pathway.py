"""What may be asked of a patient's pathway."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, PositiveInt

from domain.commands.access import AccessCommand
from domain.commands.base import Command, Dated, MeetDeadline, SettleEffect
from domain.commands.care import CareCommand
from domain.commands.corrections import CorrectionCommand
from domain.commands.safety import SafetyCommand
from domain.commands.seats import SeatCommand
from domain.events.endings import DischargeReason, ErasureReason
from domain.events.pathway import SessionModality
from domain.identity import ClinicianId, Note, PathwayId
from domain.patient import Referral, SafetyPlan
from domain.programmes.definition import Slug
from domain.programmes.label import ProgrammeRef
from domain.programmes.states import StateCode
from domain.value import Count, Instant, Name, Points, Text, Value

HoldReason = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=60)]
"""A file number of counsel's: opaque, one word."""


class Refer(Command):
    """Open a pathway for a referred patient, on a published programme version (`mbt-g@1`).

    `former_pathway` is the one that the patient came to the end of before.
    """

    programme: ProgrammeRef
    referral: Referral
    former_pathway: PathwayId | None = None


class BookSession(Command):
    """Book a session of a kind that the present phase has; reminders follow from it."""

    kind: Slug
    starts_at: Instant


class CancelBooking(Command):
    """Take a booked session out of the calendar."""

    booking: PositiveInt


class RecordSession(Command):
    """Record a session that took place, and whether the patient was there.

    An absence announced early enough is excused, otherwise it counts as missed: the programme's
    policy decides, so only the facts are given here. `booking` is the number of the booked session,
    `location` the US state in which a patient who joins virtually says they are, and `note` points
    to the progress note.
    """

    kind: Slug
    held_at: Instant
    attended: bool
    late_by: timedelta = Field(default=timedelta(0), ge=timedelta(0), lt=timedelta(hours=12))
    notice_at: Instant | None = None
    booking: PositiveInt | None = None
    clinician: ClinicianId | None = None
    location: StateCode | None = None
    modality: SessionModality | None = None
    note: Note | None = None


class RecordMeasure(Command):
    """Record an instrument that the patient answered: the answers by item, or the score alone.

    With a score alone, `risk_item` is the answer to the item that must never go unseen, such as
    item 9 of the PHQ-9.
    """

    measure: Slug
    answers: dict[Name, Count] | None = Field(default=None, max_length=100)
    score: Points | None = None
    risk_item: Count | None = None
    taken_at: Instant


class GiveConsent(Command):
    """Record that the patient consented, to which document and in which version of it."""

    consent: Slug
    document_version: Name
    given_at: Instant


class WithdrawConsent(Command):
    """Record that the patient took a consent back."""

    consent: Slug
    withdrawn_at: Instant


class AgreeSafetyPlan(Command):
    """Record the safety plan agreed with the patient, or its revision."""

    plan: SafetyPlan
    agreed_at: Instant


class Considered(Value):
    """Another treatment that was considered, and why; without a reason for the programme's own."""

    option: Slug
    reason: Text | None = None


class DecideSuitability(Dated):
    """Record the clinician's decision at the end of assessment, and what else was considered.

    `decided_by` is the clinician, whoever enters it.
    """

    suitable: bool
    decided_by: ClinicianId
    reason: Text
    alternatives: tuple[Considered, ...] = Field(default=(), max_length=20)


class ChooseDuration(Dated):
    """Record the clinician's choice of how long treatment lasts. It is never computed.

    `decided_by` is the clinician, whoever enters it.
    """

    variant: Slug
    decided_by: ClinicianId
    reason: Text


class ChangeDuration(Dated):
    """Change how long treatment lasts: a clinician's decision too."""

    variant: Slug
    decided_by: ClinicianId
    reason: Text


class EnterPhase(Dated):
    """Move on to another phase. `reason` is needed where the programme would not expect it yet."""

    phase: Slug
    reason: Text | None = None


class Pause(Dated):
    """Interrupt the pathway until a planned date. Resuming is a task then, never automatic."""

    reason: Text
    resume_at: Instant


class Resume(Dated):
    """Go on after a pause."""


class MoveToVersion(Command):
    """Go on by another published version of the same programme (`mbt-g@2`).

    `decided_by` is the clinician, whoever enters it.
    """

    programme: ProgrammeRef
    decided_by: ClinicianId
    reason: Text


class CompleteTask(Dated):
    """Record that a task was done, and what came of it."""

    task: PositiveInt
    outcome: Text


class Discharge(Dated):
    """End treatment, for one of the programme's reasons; follow-up begins where it applies.

    `referred_to` is where the patient goes on, `moved_to` the US state that they moved to.
    """

    reason: DischargeReason
    explanation: Text | None = None
    referred_to: Text | None = None
    moved_to: StateCode | None = None


class EndFollowUp(Dated):
    """End follow-up before its last measurement, for instance because the patient declines."""

    reason: Text


class PlaceLegalHold(Command):
    """Forbid that the record of a closed pathway is erased, until this very hold is lifted."""

    reason: HoldReason


class LiftLegalHold(Command):
    """Lift a legal hold."""

    reason: HoldReason


class Erase(Command):
    """Erase the record of a closed pathway for good, once retention and legal hold allow it."""

    reason: ErasureReason


PathwayCommand = (
    Refer
    | BookSession
    | CancelBooking
    | RecordSession
    | RecordMeasure
    | GiveConsent
    | WithdrawConsent
    | AgreeSafetyPlan
    | DecideSuitability
    | ChooseDuration
    | ChangeDuration
    | EnterPhase
    | Pause
    | Resume
    | MoveToVersion
    | CompleteTask
    | Discharge
    | EndFollowUp
    | PlaceLegalHold
    | LiftLegalHold
    | Erase
    | SafetyCommand
    | AccessCommand
    | SeatCommand
    | CareCommand
    | CorrectionCommand
    | MeetDeadline
    | SettleEffect
)
