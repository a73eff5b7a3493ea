"""How what was recorded wrongly is put right: struck out, and recorded anew beside it.

Nothing is taken out of the log (45 CFR 164.526). `entry` is the version of the event that was wrong
in the same stream. What is recorded anew is an ordinary event that names the one it `corrects`.
"""

from datetime import timedelta

from pydantic import AwareDatetime

from domain.events.attendance import Attendance
from domain.events.base import Event
from domain.events.incidents import IncidentCategory
from domain.instruments.change import Change
from domain.patient import Patient
from domain.value import Value


class Uncovered(Value):
    """A session that counts in a row again, for whoever had forgotten it."""

    entry: int
    kind: str
    phase: str
    held_at: AwareDatetime
    length: timedelta
    attendance: Attendance


class SessionStruckOut(Event):
    """A session that was not as recorded, or was not at all. `at` is when it was to have been.

    `quiet_after` and `quiet_since` are those of the watch for silence without it. `uncovered` are
    the last session attended and those missed since, where the one struck out had been the last.
    `group_id` and its session's number are given where it was a group's.
    """

    entry: int
    kind: str
    phase: str
    attendance: Attendance
    reason: str
    quiet_after: AwareDatetime | None = None
    quiet_since: AwareDatetime | None = None
    uncovered: tuple[Uncovered, ...] = ()
    group_id: str | None = None
    group_session: int | None = None


class TreatmentStartTakenBack(Event):
    """No session that began treatment is left: it has not started yet."""


class MeasureStruckOut(Event):
    """A score that was not as recorded, or was not at all. `occasions` are what it had answered."""

    entry: int
    measure: str
    score: float
    occasions: tuple[str, ...]
    reason: str


class Reckoned(Value):
    """What became of the first score by this one; nothing, if this is the first now."""

    entry: int
    taken_at: AwareDatetime
    score: float
    change: Change | None = None


class ChangesReckoned(Event):
    """The first score of a measure is another now, and so is every change since."""

    measure: str
    changes: tuple[Reckoned, ...]


class IncidentStruckOut(Event):
    """An incident in a group's session that was not as logged, or was none. `at` is its instant."""

    entry: int
    session: int
    category: IncidentCategory
    reason: str


class PatientCorrected(Event):
    """The patient's name, birth date, state or ways to reach them were written down wrongly.

    `entry` is the referral, or the correction before this one; `patient` is as of the referral.
    """

    entry: int
    patient: Patient
    reason: str


CorrectionEvent = (
    SessionStruckOut
    | TreatmentStartTakenBack
    | MeasureStruckOut
    | ChangesReckoned
    | PatientCorrected
)
