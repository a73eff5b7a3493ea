"""What is known of a request for records: folded from its events, and nothing else."""

from typing import Literal

from pydantic import AwareDatetime

from domain.events.effects import EffectOutcome
from domain.events.records_request import RequestKind
from domain.value import Value

Status = Literal["absent", "open", "fulfilled", "denied", "withdrawn", "erased"]


class RecordsRequest(Value):
    """One request.

    `warn_at` and `overdue_at` are what the clock waits for, absent once met; `due_at` stays.
    """

    status: Status = "absent"
    pathway_id: str | None = None
    kind: RequestKind | None = None
    received_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    warn_at: AwareDatetime | None = None
    overdue_at: AwareDatetime | None = None
    extended: bool = False
    overdue: bool = False
    answered_at: AwareDatetime | None = None
    erasure: EffectOutcome | None = None


class Answering(Value):
    """How a request stands, as far as others need to know: nothing of what was asked for."""

    status: Status = "absent"
    due_at: AwareDatetime | None = None


def answering(request: RecordsRequest) -> Answering:
    """The facts of a request."""
    return Answering(status=request.status, due_at=request.due_at)
