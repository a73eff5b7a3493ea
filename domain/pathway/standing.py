"""How a pathway stands, as far as the decisions of other entities need to know."""

from pydantic import AwareDatetime

from domain.pathway.state import ConsentPeriod, Pathway, Status
from domain.value import Value


class Standing(Value):
    """No name, no score, no plan: only whether the patient may take part, and where they live."""

    status: Status = "absent"
    programme: str | None = None
    phase: str | None = None
    state: str | None = None
    consents: tuple[ConsentPeriod, ...] = ()
    safety_plan_since: AwareDatetime | None = None
    safety_plan_revision: int = 0


def standing(pathway: Pathway) -> Standing:
    """The facts of a pathway."""
    return Standing(
        status=pathway.status,
        programme=pathway.programme,
        phase=pathway.phase,
        state=pathway.referral.patient.state if pathway.referral else None,
        consents=pathway.consent_periods,
        safety_plan_since=pathway.safety_plan_since,
        safety_plan_revision=pathway.safety_plan_revision,
    )
