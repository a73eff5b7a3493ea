"""Who may hold a session with the patient: licence, training, time, and the consents it needs."""

from datetime import date, datetime, timedelta

from domain.calendar import day_in
from domain.clinician.qualifications import Qualifications
from domain.commands.pathway import RecordSession
from domain.decider import Context, Reason
from domain.pathway.phase_guards import consents_missing
from domain.pathway.state import Pathway
from domain.programmes.definition import SessionPlan


def qualified(plan: SessionPlan, command: RecordSession, context: Context) -> list[Reason | None]:
    """The clinician may treat a patient who is where this one says they are, on that day.

    Nobody needs a licence for a session that the patient did not come to.
    """
    asked = plan.licence_checked or plan.credential
    if not asked or not command.attended:
        return []
    day = day_in(context.definition.zone, command.held_at)
    return [
        clinician_named(command),
        modality_named(command) if plan.licence_checked else None,
        location_attested(command) if plan.licence_checked else None,
        licensed_there(command, day, context) if plan.licence_checked else None,
        credentialed(plan, command, day, context),
    ]


def with_no_group(
    clinician_id: str | None, start: datetime, length: timedelta, context: Context
) -> Reason | None:
    """Nobody is with a patient and with a group at once.

    A booking from before this rule is retaken without the therapist's facts, as it was decided.
    """
    facts = context.references.get(clinician_id or "")
    group_id = facts.with_group(start, length) if isinstance(facts, Qualifications) else None
    if group_id is None:
        return None
    return Reason(
        code="leads_elsewhere",
        message=f"The clinician leads {group_id} at that time: check the time and the clinician, "
        "or name in the group who stands in for them.",
    )


def clinician_named(command: RecordSession) -> Reason | None:
    if command.clinician:
        return None
    return Reason(code="clinician_missing", message="Say which clinician held the session.")


def modality_named(command: RecordSession) -> Reason | None:
    if command.modality:
        return None
    return Reason(
        code="modality_missing", message="Say whether the session was virtual or in person."
    )


def location_attested(command: RecordSession) -> Reason | None:
    """At each virtual session the patient says in which state they are."""
    if command.modality != "virtual" or command.location:
        return None
    return Reason(
        code="location_not_attested",
        message="Ask the patient which state they are in: give it as the location.",
    )


def licensed_there(command: RecordSession, day: date, context: Context) -> Reason | None:
    """In person, the clinic's own licence counts."""
    clinician_id, state = command.clinician, command.location
    if command.modality != "virtual" or clinician_id is None or state is None:
        return None
    facts = context.facts(clinician_id, Qualifications)
    if facts.licensed(state, day, at=command.held_at):
        return None
    return Reason(
        code="not_licensed",
        message=f"The clinician has no licence for {state} on {day.isoformat()}.",
    )


def credentialed(
    plan: SessionPlan, command: RecordSession, day: date, context: Context
) -> Reason | None:
    if plan.credential is None or command.clinician is None:
        return None
    facts = context.facts(command.clinician, Qualifications)
    if facts.credentialed(plan.credential, day, at=command.held_at):
        return None
    return Reason(
        code="not_credentialed",
        message=f"The clinician has no valid {plan.credential} credential on {day.isoformat()}.",
    )


def consents_given(pathway: Pathway, command: RecordSession, context: Context) -> Reason | None:
    """A virtual session needs the consents that the programme asks for telehealth."""
    if command.modality != "virtual" or not command.attended:
        return None
    return consents_missing(pathway, "virtual", context, command.held_at)
