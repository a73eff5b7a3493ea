"""The patient's individual therapist: assigned, changed, and relieved in the end."""

from domain.clinician.qualifications import Qualifications
from domain.commands.care import AssignTherapist
from domain.decider import Context, Reason, require
from domain.events.care import TherapistAssigned, TherapistRelieved, TherapistUnavailable
from domain.events.pathway import PathwayEvent
from domain.pathway import guards, tasks
from domain.pathway.state import Pathway


def clinician_active(clinician: Qualifications, context: Context) -> Reason | None:
    if clinician.in_service(context.now):
        return None
    return Reason(
        code="clinician_unavailable",
        message="No active clinician has this id: register the clinician, or choose another.",
    )


def therapist_differs(pathway: Pathway, clinician_id: str) -> Reason | None:
    if pathway.therapist != clinician_id:
        return None
    return Reason(code="therapist_unchanged", message="This is the patient's therapist already.")


def assign_therapist(
    pathway: Pathway, command: AssignTherapist, context: Context
) -> list[PathwayEvent]:
    """The clinician takes the patient on, and a former therapist hands them over."""
    require(
        guards.not_discharged(pathway),
        clinician_active(context.facts(command.clinician_id, Qualifications), context),
        therapist_differs(pathway, command.clinician_id),
    )
    return [
        TherapistAssigned(
            at=context.now,
            assignment=pathway.therapists_assigned + 1,
            clinician_id=command.clinician_id,
            former=pathway.therapist,
        ),
        *tasks.settled(pathway, ("find_therapist",), "A therapist was assigned.", context),
    ]


def unavailable(
    pathway: Pathway, assignment: int, reasons: tuple[str, ...], context: Context
) -> list[PathwayEvent]:
    """The clinician said no: somebody has to find another, unless one was assigned meanwhile."""
    if pathway.therapist is None or pathway.therapists_assigned != assignment:
        return []
    refused = TherapistUnavailable(
        at=context.now,
        assignment=assignment,
        clinician_id=pathway.therapist,
        reasons=reasons,
    )
    return [refused, *tasks.opened(pathway, "find_therapist", context.now, context)]


def relieved(pathway: Pathway, context: Context) -> list[PathwayEvent]:
    """The therapist's part ends with treatment."""
    if pathway.therapist is None:
        return []
    return [TherapistRelieved(at=context.now, clinician_id=pathway.therapist)]
