"""What becomes of a referral bundle, in the words of the API and of the command line."""

from activities.fhir import MAX_BYTES
from domain.decider import Reason
from domain.value import Value

ACCEPTED = "accepted"
DUPLICATE = "duplicate"
INVALID = "invalid"


class Intake(Value):
    """What became of one bundle. `outcome` is `accepted`, `duplicate`, or the refusing code."""

    outcome: str
    pathway_id: str | None = None
    reasons: tuple[Reason, ...] = ()


def too_long() -> Intake:
    """The outcome of a document that is longer than any referral."""
    message = (
        f"the document: is longer than {MAX_BYTES} bytes; send one referral with only the "
        "resources that it needs."
    )
    return Intake(outcome=INVALID, reasons=(Reason(code=INVALID, message=message),))
