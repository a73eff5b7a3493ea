"""What can happen when a pathway goes on by another version of its programme."""

from pydantic import AwareDatetime

from domain.events.base import Event
from domain.events.timetable import PlannedMeasures, Timetable
from domain.value import Value


class Reminders(Value):
    """When the patient is reminded of a booked session."""

    booking: int
    remind_at: tuple[AwareDatetime, ...]


class VersionMoved(Event):
    """The pathway goes on by another version of its programme: `programme` instead of `before`.

    The rest is what the clock waits for from now on. `months` and `weeks` are the length of the
    chosen variant; `timetable` is absent before and after treatment; `follow_ups` are those still
    to come; `reminders` name the bookings of which the patient is reminded at other times.
    """

    programme: str
    before: str
    decided_by: str
    reason: str
    months: int | None = None
    weeks: int = 0
    quiet_after: AwareDatetime | None = None
    timetable: Timetable | None = None
    follow_ups: tuple[PlannedMeasures, ...] = ()
    reminders: tuple[Reminders, ...] = ()
