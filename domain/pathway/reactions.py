"""What the outside world must be asked to do because of an event of a pathway."""

from datetime import datetime

from domain.calendars import refresh
from domain.decider import Effect, tell
from domain.events.measures import MeasuresReminderFellDue
from domain.events.pathway import (
    DESTROY_KEY,
    BookingCancelled,
    Discharged,
    Erased,
    MeasuresFellDue,
    PathwayEvent,
    SessionBooked,
    SessionReminderFellDue,
)
from domain.events.safety import ErasurePassedOn, RiskRaised, RiskSignalled
from domain.events.seats import GroupLost, SeatFilled, SeatLeft
from domain.pathway.asking import asked
from domain.pathway.flags import flag_effect
from domain.pathway.state import Pathway


def reactions(pathway: Pathway, event: PathwayEvent) -> list[Effect]:
    """What is asked of others, and the calendars in which it shows."""
    return [*_asked(pathway, event), *_calendars(pathway, event)]


def _asked(pathway: Pathway, event: PathwayEvent) -> list[Effect]:
    """Reminders to the patient, in neutral words that the adapter has; the end of an erased key."""
    match event:
        case SessionReminderFellDue() | MeasuresFellDue() | MeasuresReminderFellDue():
            return _reminder(event)
        case Erased():
            return [Effect(name=DESTROY_KEY, port="keys", template="destroy", recipient="patient")]
        case RiskRaised() | RiskSignalled():
            return [flag_effect(pathway, event)]
        case ErasurePassedOn():
            return [tell(event.entity_id, "erase")]
        case _:
            return asked(event, pathway)


def _calendars(pathway: Pathway, event: PathwayEvent) -> list[Effect]:
    """Sessions of the patient's group are in the series that the group itself refreshes."""
    match event:
        case SessionBooked(group_id=None) | BookingCancelled():
            theirs = [refresh(pathway.therapist, named=True)] if pathway.therapist else []
            return [refresh("patient"), *theirs]
        case SeatFilled() | SeatLeft() | GroupLost():
            return [refresh("patient")]
        case Discharged() if pathway.bookings_made:
            return [refresh("patient")]
        case _:
            return []


def _reminder(
    event: SessionReminderFellDue | MeasuresFellDue | MeasuresReminderFellDue,
) -> list[Effect]:
    """One reminder; of what has no end, the baseline, nobody is reminded."""
    template, not_after = _until(event)
    reminder = Effect(
        name="remind_patient",
        port="notify",
        template=template,
        recipient="patient",
        not_after=not_after,
    )
    return [reminder] if not_after else []


def _until(
    event: SessionReminderFellDue | MeasuresFellDue | MeasuresReminderFellDue,
) -> tuple[str, datetime | None]:
    match event:
        case SessionReminderFellDue():
            return "session_reminder", event.starts_at
        case MeasuresFellDue():
            return "measures_due", event.planned.expires_at
        case _:
            return "measures_reminder", event.expires_at
