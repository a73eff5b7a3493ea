"""What the outside world must be asked to do because of an event of a pathway."""

from datetime import datetime

from domain.decider import Effect, tell
from domain.events.pathway import (
    DESTROY_KEY,
    Erased,
    MeasuresFellDue,
    PathwayEvent,
    SessionReminderFellDue,
)
from domain.events.safety import ErasurePassedOn, RiskRaised, RiskSignalled
from domain.pathway.flags import flag_effect
from domain.pathway.state import Pathway


def reactions(pathway: Pathway, event: PathwayEvent) -> list[Effect]:
    """Reminders to the patient, in neutral words that the adapter has; the end of an erased key."""
    match event:
        case SessionReminderFellDue():
            return [_remind("session_reminder", not_after=event.starts_at)]
        case MeasuresFellDue() if event.planned.expires_at:
            return [_remind("measures_due", not_after=event.planned.expires_at)]
        case Erased():
            return [Effect(name=DESTROY_KEY, port="keys", template="destroy", recipient="patient")]
        case RiskRaised() | RiskSignalled():
            return [flag_effect(pathway, event)]
        case ErasurePassedOn():
            return [tell(event.entity_id, "erase")]
        case _:
            return []


def _remind(template: str, not_after: datetime) -> Effect:
    return Effect(
        name="remind_patient",
        port="notify",
        template=template,
        recipient="patient",
        not_after=not_after,
    )
