"""Why something is to be done and whom it falls to, for each kind of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.actor import Role


@dataclass(frozen=True, slots=True)
class Duty:
    """`role` is whom it falls to; what falls to a clinician, to the patient's own if there is one.

    `why` is a sentence for everybody, so nothing of one patient.
    """

    role: Role
    why: str


PATHWAY_TASKS: Mapping[str, Duty] = {
    "contact_patient": Duty("coordinator", "A session was missed."),
    "attendance_review": Duty("clinician", "Two sessions in a row were missed."),
    "team_decision": Duty("clinician", "Three sessions in a row were missed."),
    "disengagement_review": Duty("clinician", "Nothing has been heard of the patient for long."),
    "progress_review": Duty("clinician", "It is time to review progress."),
    "consent_review": Duty("clinician", "A consent that is needed is not in force."),
    "plan_discharge": Duty("clinician", "The planned end of treatment comes near."),
    "end_treatment": Duty("clinician", "The planned end of treatment has come."),
    "resume_pathway": Duty("coordinator", "The pause is over."),
    "collect_measures": Duty("coordinator", "Measures that were asked for are missing."),
    "safety_call": Duty("clinician", "A risk was flagged and nobody may have heard of it."),
    "deterioration_review": Duty("clinician", "A measure has become reliably worse."),
    "verify_benefits": Duty("coordinator", "It is not known whether a payer covers treatment."),
    "waitlist_review": Duty("coordinator", "The place on the waitlist is to be looked at again."),
    "find_group": Duty("coordinator", "The patient needs a group."),
    "find_therapist": Duty("coordinator", "The patient needs a therapist."),
    "return_from_level": Duty("clinician", "The time at another level of care is over."),
    "refer_out": Duty("clinician", "The programme does not suit the patient."),
    "reach_patient": Duty("coordinator", "A reminder has not reached the patient."),
    "send_record": Duty("coordinator", "A document was not sent to the primary care provider."),
    "pass_on_message": Duty("coordinator", "A message was not taken where it was sent."),
    "finish_erasure": Duty("administrator", "The record is given up but not all of it is gone."),
}

PATHWAY_DATES: Mapping[str, Duty] = {
    "plan_discharge": Duty("clinician", "Discharge is to be planned from this date."),
    "end_treatment": Duty("clinician", "Treatment is planned to end on this date."),
    "progress_review": Duty("clinician", "Progress is to be reviewed on this date."),
    "resume_pathway": Duty("coordinator", "The pause ends on this date."),
    "return_from_level": Duty("clinician", "The time at another level of care ends then."),
    "waitlist_review": Duty("coordinator", "The place on the waitlist is reviewed then."),
    "verify_benefits": Duty("coordinator", "Benefits are to be verified again by then."),
    "benefits_lapse": Duty("coordinator", "Benefits lapse on this date."),
}

MEASURES = Duty("coordinator", "The patient has been asked for measures.")

SEAT_OFFER = Duty("coordinator", "A seat is offered and the patient has not answered.")

UNHEARD_FLAG = Duty("supervisor", "A risk was flagged and no escalation has taken it yet.")

GROUP_TASKS: Mapping[str, Duty] = {
    "find_facilitators": Duty("coordinator", "The group has too few facilitators."),
    "record_session": Duty("facilitator", "Nobody has said whether the session was held."),
    "confirm_facilitator": Duty("coordinator", "A facilitator may not be qualified on the day."),
    "pass_on_attendance": Duty("coordinator", "The attendance has not reached the pathway."),
    "pass_on_concern": Duty("supervisor", "A concern has not reached the pathway."),
    "move_members": Duty("coordinator", "The group is over and its members need another."),
    "pass_on_message": Duty("coordinator", "A message was not taken where it was sent."),
    "reach_member": Duty("coordinator", "A reminder has not reached the patient."),
}

ESCALATION: Mapping[str, Duty] = {
    "acknowledge": Duty("clinician", "Nobody has taken on the patient's risk yet."),
    "contact": Duty("clinician", "The patient at risk is to be contacted."),
    "visit": Duty("clinician", "The patient is to be seen after a stay outside."),
    "resolve": Duty("clinician", "The escalation is open until a person resolves it."),
}

EXPIRY: Mapping[str, Duty] = {
    "licence": Duty("supervisor", "A licence expires and nothing renews it yet."),
    "credential": Duty("supervisor", "A credential expires and nothing renews it yet."),
}

RECORDS_REQUEST = Duty("coordinator", "The patient has asked about their records.")
