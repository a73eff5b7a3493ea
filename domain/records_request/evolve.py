"""What each event means for a request for records. Total: it never refuses and never raises."""

from functools import singledispatch
from typing import Any

from domain.events import records_request as facts
from domain.events.base import Event
from domain.events.erased import ContentErased
from domain.events.pathway import DESTROY_KEY
from domain.events.records_request import RecordsRequestEvent
from domain.records_request.state import RecordsRequest

Changes = dict[str, Any]

_STILL: Changes = {"warn_at": None, "overdue_at": None}
"""No clock runs any more."""


def evolve(request: RecordsRequest, event: RecordsRequestEvent) -> RecordsRequest:
    """The request after `event`."""
    return request.model_copy(update=_changes(event))


@singledispatch
def _changes(_event: Event) -> Changes:
    """The fields that an event changes."""
    return {}


@_changes.register
def _(event: facts.Received) -> Changes:
    return {
        "status": "open",
        "pathway_id": event.pathway_id,
        "kind": event.kind,
        "received_at": event.at,
        "due_at": event.due_at,
        "warn_at": event.warn_at,
        "overdue_at": event.due_at,
    }


@_changes.register
def _(event: facts.Extended) -> Changes:
    return {
        "extended": True,
        "due_at": event.due_at,
        "warn_at": event.warn_at,
        "overdue_at": event.due_at,
    }


@_changes.register
def _(_event: facts.DueSoon) -> Changes:
    return {"warn_at": None}


@_changes.register
def _(_event: facts.BecameOverdue) -> Changes:
    return {"overdue": True, "overdue_at": None}


@_changes.register
def _(event: facts.Fulfilled) -> Changes:
    return {"status": "fulfilled", "answered_at": event.at, **_STILL}


@_changes.register
def _(event: facts.Denied) -> Changes:
    return {"status": "denied", "answered_at": event.at, **_STILL}


@_changes.register
def _(event: facts.Withdrawn) -> Changes:
    return {"status": "withdrawn", "answered_at": event.at, **_STILL}


@_changes.register(facts.Erased)
@_changes.register(ContentErased)
def _(_event: Event) -> Changes:
    """As of any instant: what was known of the patient then is not known any more."""
    return dict(RecordsRequest(status="erased"))


@_changes.register
def _(event: facts.EffectSettled) -> Changes:
    return {"erasure": event.outcome} if event.effect == DESTROY_KEY else {}
