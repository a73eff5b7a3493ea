"""One pathway as a coordinator's list shows it, computed from the pathway's state."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.pathway.arrangements import Sharing
from domain.pathway.rows import Session
from domain.pathway.state import Pathway
from projections.folded.entity import Folding
from projections.patients.patient import display_name


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the caseload. All instants are UTC.

    `state` is where the patient lives, `next_due_at` when somebody must next do something,
    `planned_end` when treatment ends, `therapist` a clinician's id, `version` and `last_event_at`
    are those of the last event.
    """

    pathway_id: str
    version: int
    programme: str | None
    phase: str | None
    phase_entered_at: datetime | None
    status: str
    urgency: str | None
    state: str | None
    payer: str | None
    patient_name: str | None
    birth_date: date | None
    referred_at: datetime | None
    next_due_at: datetime | None
    open_tasks: int
    missed_in_a_row: int
    planned_end: datetime | None
    discharged_for: str | None
    last_event_at: datetime
    therapist: str | None


CaseFolding = Folding[Pathway]


def remembered(pathway: Pathway) -> Pathway:
    """The same for all that a case shows, without the past that no column depends on.

    Kept are the present phase and the sessions since the last one attended, whatever the order
    in which they were entered: so a row stays small however long the pathway is.
    """
    return pathway.model_copy(
        update={
            "stays": pathway.stays[-1:],
            "sessions": tuple(map(_attendance, pathway.since_last_attended())),
            "scores": (),
            "bookings": (),
            "consents": (),
            "safety_plan": None,
            "identity_confirmed": (),
            "whereabouts": None,
            "sharing": Sharing(),
            "waiting": None,
            "not_admitted": (),
            "records_requests": (),
        }
    )


def case_of(pathway_id: str, folding: CaseFolding) -> Case:
    """The row of a pathway."""
    pathway = folding.state
    referral = pathway.referral
    patient = referral.patient if referral else None
    return Case(
        pathway_id=pathway_id,
        version=folding.version,
        programme=pathway.programme,
        phase=pathway.phase,
        phase_entered_at=pathway.stays[-1].entered_at if pathway.stays else None,
        status=pathway.status,
        urgency=referral.urgency if referral else None,
        state=patient.state if patient else None,
        payer=referral.coverage.payer if referral and referral.coverage else None,
        patient_name=display_name(patient) if patient else None,
        birth_date=patient.birth_date if patient else None,
        referred_at=pathway.referred_at,
        next_due_at=pathway.next_due_at(),
        open_tasks=len(pathway.tasks),
        missed_in_a_row=pathway.missed_in_a_row(),
        planned_end=pathway.treatment_ends_at,
        discharged_for=pathway.discharged_for,
        last_event_at=folding.last_event_at,
        therapist=pathway.therapist,
    )


def _attendance(session: Session) -> Session:
    """As much of a session as counts in a row: all that a correction can bring back."""
    return replace(session, booking=None, corrects=None, group_id=None, group_session=None)
