"""What may be asked of a pathway about the course of care: who treats, where, how it goes on."""

from domain.commands.base import Command, Dated
from domain.events.care import ReviewOutcome
from domain.identity import ClinicianId, RequestId
from domain.programmes.states import StateCode
from domain.programmes.words import Slug
from domain.value import Instant, Text


class AssignTherapist(Command):
    """Give the patient an individual therapist; a former one hands over."""

    clinician_id: ClinicianId


class TransferLevel(Dated):
    """Transfer the patient to another level of care for a time. It is never a discharge.

    `decided_by` is the clinician, whoever enters it. Somebody looks at the return at
    `expected_return`, or when the programme says.
    """

    level: Slug
    decided_by: ClinicianId
    reason: Text
    expected_return: Instant | None = None


class ReturnFromLevel(Dated):
    """Take the patient back from another level of care."""

    reason: Text


class RecordProgressReview(Dated):
    """Record what a progress review came to. What it recommends is done by a command of its own.

    `decided_by` is the clinician who reviewed it, whoever enters it.
    """

    outcome: ReviewOutcome
    decided_by: ClinicianId
    reason: Text


class RecordMove(Command):
    """Record that the patient lives in another state that the programme serves, and since when."""

    state: StateCode
    since: Instant


class PlanDischarge(Dated):
    """Record what happens after treatment, as agreed with the patient, or its revision.

    `decided_by` is the clinician who agreed it, whoever enters it.
    """

    plan: Text
    decided_by: ClinicianId


class NoteRecordsRequest(Command):
    """Say that the patient asked for their records. Sent by the request."""

    request_id: RequestId


CareCommand = (
    AssignTherapist
    | TransferLevel
    | ReturnFromLevel
    | RecordProgressReview
    | RecordMove
    | PlanDischarge
    | NoteRecordsRequest
)
