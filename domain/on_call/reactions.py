"""Whom an on-call list tells that they are on it, or no longer."""

from domain.decider import ITSELF, Effect, tell
from domain.events.on_call import EffectSettled, OnCallEvent
from domain.on_call.state import OnCall
from domain.undone import told_to


def reactions(on_call: OnCall, event: OnCallEvent) -> list[Effect]:
    """Clinicians know it of themselves, so that nobody on call is taken out of service."""
    if isinstance(event, EffectSettled):
        return told_to("supervisor", event)
    return [
        *(_told(one, "go_on_call") for one in on_call.joined),
        *(_told(one, "go_off_call") for one in on_call.left),
    ]


def _told(clinician: str, command: str) -> Effect:
    return tell(clinician, command, name=f"{command} {clinician}", on_call=ITSELF)
