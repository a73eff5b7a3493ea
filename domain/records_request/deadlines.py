"""What time itself will cause on a request for records, and when."""

from domain.decider import Deadline
from domain.records_request.state import RecordsRequest


def deadlines(request: RecordsRequest) -> list[Deadline]:
    """The warning before the due date, and the due date itself: the earliest first."""
    found = []
    if request.warn_at:
        found.append(Deadline(kind="due_soon", subject="request", at=request.warn_at))
    if request.overdue_at:
        found.append(Deadline(kind="overdue", subject="request", at=request.overdue_at))
    return sorted(found, key=lambda deadline: deadline.at)
