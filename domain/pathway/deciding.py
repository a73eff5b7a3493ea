"""Who decides how care goes on: a clinician who works here, whoever enters it."""

from domain.clinician.qualifications import Qualifications
from domain.decider import Context, Reason


def clinician_decides(clinician_id: str, context: Context) -> Reason | None:
    """The one whose decision it is said to be was in service when it was taken."""
    known = context.facts(clinician_id, Qualifications)
    if known.in_service(context.now):
        return None
    if known.registered:
        return Reason(
            code="clinician_not_active",
            message="The clinician whose decision this is did not work here at that time: "
            "name one in service then, or check the time.",
        )
    return Reason(
        code="unknown_clinician",
        message="No clinician has the id in decided_by: name the one who decided this.",
    )
