"""Who must be told because of an event of a request for records."""

from domain.decider import ITSELF, Effect, tell
from domain.events.pathway import DESTROY_KEY
from domain.events.records_request import (
    BecameOverdue,
    DueSoon,
    EffectSettled,
    Erased,
    Received,
    RecordsRequestEvent,
)
from domain.records_request.state import RecordsRequest
from domain.undone import told_to


def reactions(_request: RecordsRequest, event: RecordsRequestEvent) -> list[Effect]:
    """The pathway knows of the request, and a coordinator of its due date."""
    match event:
        case Received():
            return [tell(event.pathway_id, "note_records_request", request_id=ITSELF)]
        case DueSoon():
            return [_notify("records_request_due_soon")]
        case BecameOverdue():
            return [_notify("records_request_overdue")]
        case EffectSettled():
            return told_to("supervisor", event)
        case Erased():
            return [Effect(name=DESTROY_KEY, port="keys", template="destroy", recipient="patient")]
        case _:
            return []


def _notify(template: str) -> Effect:
    return Effect(
        name="notify_coordinator", port="notify", template=template, recipient="coordinator"
    )
