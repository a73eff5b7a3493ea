"""How an escalation stands, as far as the decisions of other entities need to know."""

from domain.escalation.state import Escalation, Status
from domain.risk import Level
from domain.value import Value


class Course(Value):
    """Whether it is open, how high the risk is, and whether somebody has taken it on."""

    status: Status = "absent"
    level: Level | None = None
    acknowledged: bool = False


def course(escalation: Escalation) -> Course:
    """The facts of an escalation."""
    return Course(
        status=escalation.status,
        level=escalation.level,
        acknowledged=escalation.acknowledged_by is not None,
    )
