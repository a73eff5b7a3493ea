"""What a pathway keeps rows of: stays, sessions, scores, tasks, consents, flags."""

from datetime import datetime, timedelta

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from domain.events.pathway import Attendance, TaskKind
from domain.events.timetable import PlannedMeasures
from domain.instruments.instrument import RiskFlag
from domain.pathway.held import Held, Moment
from domain.risk import FormulatedLevel, Level, Source

CLOSED = ConfigDict(extra="forbid", hide_input_in_errors=True)
"""A row of which a state holds hundreds is as strict as a value and takes a quarter of its room."""


class Stay(Held):
    """The time in one phase; the present one has not been left."""

    phase: str
    entered_at: Moment
    left_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Session:
    """A session that was recorded; `group_session` is its number if a group recorded it.

    `entry` is the version of the event that says so, `corrects` that of the one before it.
    """

    kind: str
    phase: str
    held_at: Moment
    length: timedelta
    attendance: Attendance
    group_id: str | None = None
    group_session: int | None = None
    booking: int | None = None
    entry: int = 0
    corrects: int | None = None

    @property
    def present(self) -> bool:
        return self.attendance in ("attended", "late")


class Booking(Held):
    """A session to come, with the reminders still to be sent, unless the group sends them."""

    number: int
    kind: str
    starts_at: Moment
    length: timedelta
    remind_at: tuple[Moment, ...]
    group_id: str | None = None
    group_session: int | None = None
    group_reminds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Score:
    """A score of an instrument, with what it flagged and the occasions that it answers.

    `entry` is the version of the event that says so, `corrects` that of the one before it.
    """

    measure: str
    score: float
    taken_at: Moment
    occasions: tuple[str, ...] = ()
    flags: tuple[RiskFlag, ...] = ()
    entry: int = 0
    corrects: int | None = None


class OpenMeasures(Held, PlannedMeasures):
    """Measures that are due; `remind_at` and `overdue_at` are absent once met."""

    remind_at: Moment | None = None
    overdue_at: Moment | None = None


class Task(Held):
    """Something that a person has to do."""

    number: int
    kind: TaskKind
    opened_at: Moment
    due_at: Moment
    about: str | None = None


class Consented(Held):
    """A consent in force."""

    consent: str
    document_version: str
    given_at: Moment


class ConsentPeriod(Held):
    """The time in which a consent was in force; `until` is absent while it still is."""

    consent: str
    since: Moment
    until: Moment | None = None
    document_version: str | None = None

    def covers(self, instant: datetime) -> bool:
        return self.since <= instant and (self.until is None or instant < self.until)


class Suitability(Held):
    """What the clinician decided at the end of assessment, and which other options there were."""

    suitable: bool
    alternatives: tuple[str, ...] = ()


class Whereabouts(Held):
    """Where the patient said they were, and when: help is sent there."""

    address: str
    at: Moment


class Risk(Held):
    """The patient's present risk: flagged, or as it remained when an escalation was resolved."""

    level: FormulatedLevel
    since: Moment


class Flag(Held):
    """A flag on its way to its escalation: nobody is known to have heard it yet."""

    number: int
    escalation_id: str
    opens: bool
    source: Source
    level: Level
    at: Moment
    about: str | None = None
