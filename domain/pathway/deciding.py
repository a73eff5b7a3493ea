"""Who decides how care goes on: a clinician who works here, whoever enters it."""

from domain.clinician.qualifications import Qualifications
from domain.decider import Context, Reason


def clinician_decides(clinician_id: str, context: Context) -> Reason | None:
    """The one whose decision it is said to be is registered, and in service."""
    known = context.facts(clinician_id, Qualifications)
    if known.active:
        return None
    if known.registered:
        return Reason(
            code="clinician_not_active",
            message="The clinician whose decision this is does not work here any more: "
            "name one in service, or reactivate them.",
        )
    return Reason(
        code="unknown_clinician",
        message="No clinician has the id in decided_by: name the one who decided this.",
    )
