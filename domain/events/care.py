"""What can happen on a pathway about the course of care: who treats, where, and how it goes on."""

from typing import Literal

from pydantic import AwareDatetime

from domain.events.base import Event

LevelChange = Literal["step_up", "step_down"]

ReviewOutcome = Literal["continue", "change_duration", "step_up", "step_down", "end_treatment"]


class NotAdmitted(Event):
    """The group met without the patient; `reasons` are the codes of why they could not join."""

    group_id: str
    session: int
    reasons: tuple[str, ...]


class TherapistAssigned(Event):
    """`assignment` counts from 1; `former` is the therapist who hands the patient over."""

    assignment: int
    clinician_id: str
    former: str | None = None


class TherapistUnavailable(Event):
    """The clinician could not take the patient on; `reasons` are the codes of why not."""

    assignment: int
    clinician_id: str
    reasons: tuple[str, ...]


class TherapistRelieved(Event):
    """The therapist's part is over."""

    clinician_id: str


class LevelTransferred(Event):
    """The patient is treated at another level of care for a time: a transfer, not a discharge.

    `return_at` is when somebody has to look at whether the patient comes back.
    """

    level: str
    change: LevelChange
    reason: str
    decided_by: str
    return_at: AwareDatetime


class ProgressReviewed(Event):
    outcome: ReviewOutcome
    decided_by: str
    reason: str


class PatientMoved(Event):
    """The patient lives in another `state` now, which the programme serves."""

    state: str


class DischargePlanned(Event):
    """What happens after treatment, as agreed with the patient."""

    plan: str
    decided_by: str


class RecordsRequestNoted(Event):
    """The patient asked for their records, or for an amendment: a request of its own."""

    request_id: str


CareEvent = (
    NotAdmitted
    | TherapistAssigned
    | TherapistUnavailable
    | TherapistRelieved
    | LevelTransferred
    | ProgressReviewed
    | PatientMoved
    | DischargePlanned
    | RecordsRequestNoted
)
