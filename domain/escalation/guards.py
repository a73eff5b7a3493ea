"""The guards of an escalation: each gives `None` while it holds, or the reason why it does not."""

from datetime import datetime

from domain.clinician.qualifications import Qualifications
from domain.decider import Context, Reason
from domain.escalation.state import Escalation
from domain.pathway.standing import Standing
from domain.risk import Level

RECORDING = ("coordinator", "facilitator", "clinician", "supervisor")
JUDGING = ("clinician", "supervisor")


def opened(escalation: Escalation) -> Reason | None:
    if escalation.status != "absent":
        return None
    return Reason(
        code="unknown_escalation",
        message="There is no such escalation: raise the concern on the patient's pathway.",
    )


def still_open(escalation: Escalation) -> Reason | None:
    if escalation.status == "erased":
        return Reason(code="escalation_erased", message="The patient's record was erased.")
    if escalation.status != "resolved":
        return None
    return Reason(
        code="escalation_resolved",
        message="The escalation is resolved: raise a further concern on the patient's pathway.",
    )


def told_by_entity(context: Context, entity_id: str | None) -> Reason | None:
    """Flags and erasures come from the pathway that the escalation is about."""
    if context.actor.role == "service" and context.actor.subject == entity_id:
        return None
    return Reason(
        code="not_its_pathway", message="Only the pathway itself tells its escalation this."
    )


def may_record(context: Context) -> Reason | None:
    """Those who are in touch with patients record what was done."""
    if context.actor.role in RECORDING:
        return None
    return Reason(
        code="not_in_care",
        message="Only coordinators, facilitators, clinicians and supervisors record this.",
    )


def may_judge(context: Context) -> Reason | None:
    """Judging a risk, and resolving an escalation, takes a clinician."""
    if context.actor.role in JUDGING:
        return None
    return Reason(code="not_a_clinician", message="Only a clinician or a supervisor may do this.")


def not_acknowledged(escalation: Escalation) -> Reason | None:
    if escalation.acknowledged_by is None:
        return None
    return Reason(
        code="already_acknowledged",
        message="It is acknowledged already: hand it over if somebody else is to take it on.",
    )


def not_theirs(escalation: Escalation, clinician_id: str) -> Reason | None:
    if escalation.responsible != clinician_id:
        return None
    return Reason(code="already_responsible", message="The escalation is with this clinician.")


def clinician_active(clinician_id: str, context: Context) -> Reason | None:
    if context.facts(clinician_id, Qualifications).in_service(context.now):
        return None
    return Reason(
        code="clinician_not_active",
        message="No active clinician has this id: name somebody who works here.",
    )


def not_before_first_signal(escalation: Escalation, instant: datetime) -> Reason | None:
    first = escalation.first_signal_at
    if first is None or instant >= first:
        return None
    return Reason(
        code="before_first_signal",
        message="This was before the risk was flagged: check the time.",
    )


def not_before_latest_signal(escalation: Escalation, instant: datetime) -> Reason | None:
    """Whoever judged before the latest flag has not taken it into account."""
    latest = escalation.latest_signal_at
    if latest is None or instant >= latest:
        return None
    return Reason(
        code="before_latest_signal",
        message="The risk was flagged again since then: judge it anew.",
    )


def level_differs(escalation: Escalation, level: Level) -> Reason | None:
    if escalation.level != level:
        return None
    return Reason(code="same_level", message=f"The level is {level} already.")


def plan_in_force(escalation: Escalation, revision: int, context: Context) -> Reason | None:
    """The revision reviewed is the one in force; 0, none at all, only once care has ended."""
    standing = context.facts(escalation.pathway_id or "", Standing)
    if revision == standing.safety_plan_revision and (revision or standing.status == "closed"):
        return None
    if not standing.safety_plan_revision:
        return Reason(
            code="safety_plan_missing", message="Agree the safety plan with the patient first."
        )
    return Reason(
        code="revision_not_in_force",
        message=f"Revision {standing.safety_plan_revision} is in force: review that one.",
    )


def formulated(escalation: Escalation) -> Reason | None:
    if escalation.formulated is not None:
        return None
    return Reason(
        code="formulation_missing",
        message="Formulate the risk, taking the latest signal into account.",
    )


def disposition_recorded(escalation: Escalation) -> Reason | None:
    if escalation.disposition is not None:
        return None
    return Reason(
        code="disposition_missing",
        message="Record what was arranged for the patient since the latest signal.",
    )


def safety_plan_reviewed(escalation: Escalation) -> Reason | None:
    if escalation.plan_reviewed is not None:
        return None
    return Reason(
        code="safety_plan_not_reviewed",
        message="Review the safety plan, taking the latest signal into account.",
    )
