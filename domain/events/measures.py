"""What can happen to measures that were asked for and are still unanswered."""

from pydantic import AwareDatetime

from domain.events.base import Event


class MeasuresReminderFellDue(Event):
    """The patient is reminded of what is `missing`; it may be answered until `expires_at`."""

    occasion: str
    missing: tuple[str, ...]
    expires_at: AwareDatetime


class MeasuresBecameOverdue(Event):
    """What is `missing` has waited for too long: a person collects it."""

    occasion: str
    missing: tuple[str, ...]


MeasureEvent = MeasuresReminderFellDue | MeasuresBecameOverdue
