"""What the outside world must be asked to do because of an event of an escalation."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import JsonValue

from domain.decider import ITSELF, Effect, tell
from domain.escalation.state import Escalation
from domain.events.escalation import (
    Acknowledged,
    Called,
    EffectSettled,
    Erased,
    EscalationEvent,
    FellOverdue,
    HandedOver,
    Resolved,
)
from domain.events.pathway import DESTROY_KEY
from domain.undone import left_to_a_person, told_to

_OVERDUE = "tell_supervisor"

_OF_CLINICIANS = ("take_escalation", "leave_escalation")

SUPERVISORS = "supervisors"
"""Whoever supervises the programme: called where the on-call list names nobody."""


def reactions(escalation: Escalation, event: EscalationEvent) -> list[Effect]:
    """Calls, in neutral words that the adapter has; the answer to the pathway; the key's end."""
    match event:
        case Called():
            call = call_effect(event.call)
            return [_notify(call, "escalation_called", event.clinician_id, event.next_call_at)]
        case FellOverdue():
            told, again_at = event.supervisor_id, event.again_at
            return [_notify(_OVERDUE, "escalation_overdue", told, again_at)]
        case Acknowledged() | HandedOver() | Resolved():
            return list(_told(escalation, event))
        case Erased():
            return [Effect(name=DESTROY_KEY, port="keys", template="destroy", recipient="patient")]
        case EffectSettled() if not _said_again(event.effect):
            return _left_undone(escalation, event)
        case _:
            return []


def _said_again(effect: str) -> bool:
    """Calls go on until somebody acknowledges, and what is overdue is told again."""
    return effect == _OVERDUE or effect.startswith("call-")


def _left_undone(escalation: Escalation, event: EffectSettled) -> list[Effect]:
    """What a clinician's record did not take is a task on the pathway; the rest is told of."""
    told, _, clinician_id = event.effect.partition(" ")
    if told not in _OF_CLINICIANS or escalation.pathway_id is None:
        return told_to(SUPERVISORS, event)
    if not left_to_a_person(event):
        return []
    about: dict[str, JsonValue] = {"told": told, "clinician_id": clinician_id}
    name = f"clinician_not_told {event.effect}"
    pathway_id = escalation.pathway_id
    return [tell(pathway_id, "clinician_not_told", name=name, escalation_id=ITSELF, **about)]


def _told(escalation: Escalation, event: Acknowledged | HandedOver | Resolved) -> Iterator[Effect]:
    """Who answers for a patient at risk knows it; what remains of the risk, the pathway does."""
    match event:
        case Acknowledged():
            yield _tell_clinician(event.by, "take_escalation")
        case Resolved() if escalation.pathway_id:
            yield tell(
                escalation.pathway_id,
                "escalation_resolved",
                escalation_id=ITSELF,
                disposition=event.disposition,
                level=event.level,
            )
    over = escalation.responsible if isinstance(event, Resolved) else event.instead_of
    if over:
        yield _tell_clinician(over, "leave_escalation")


def call_effect(call: int) -> str:
    """The name of the effect that calls somebody."""
    return f"call-{call}"


def _tell_clinician(clinician_id: str, command: str) -> Effect:
    return tell(clinician_id, command, name=f"{command} {clinician_id}", escalation_id=ITSELF)


def _notify(name: str, template: str, clinician_id: str | None, not_after: datetime) -> Effect:
    """After `not_after` somebody else was called, or it was said again."""
    return Effect(
        name=name,
        port="notify",
        template=template,
        recipient=clinician_id or SUPERVISORS,
        not_after=not_after,
    )
