"""How what was recorded wrongly is put right.

`entry` is the version, in the entity's stream, of the event that is wrong. Everything is said
again as it was: what is left out was not so.
"""

from datetime import timedelta

from pydantic import Field, PositiveInt

from domain.commands.base import Command
from domain.events.incidents import IncidentCategory
from domain.events.pathway import SessionModality
from domain.identity import ClinicianId, Note
from domain.patient import BirthDate
from domain.programmes.states import StateCode
from domain.programmes.words import Slug
from domain.value import Count, Instant, Name, Points, Text


class CorrectSession(Command):
    """Say how a session really was. What was recorded stays readable beside it.

    The members are those of `record_session`; one of a group is corrected by the group.
    """

    entry: PositiveInt
    reason: Text
    kind: Slug
    held_at: Instant
    attended: bool
    late_by: timedelta = Field(default=timedelta(0), ge=timedelta(0), lt=timedelta(hours=12))
    notice_at: Instant | None = None
    clinician: ClinicianId | None = None
    location: StateCode | None = None
    modality: SessionModality | None = None
    note: Note | None = None


class CorrectMeasure(Command):
    """Say what the patient really answered: the answers by item, or the score alone.

    The members are those of `record_measure`; it stays the same measure.
    """

    entry: PositiveInt
    reason: Text
    answers: dict[Name, Count] | None = Field(default=None, max_length=100)
    score: Points | None = None
    risk_item: Count | None = None
    taken_at: Instant


class StrikeOut(Command):
    """Say that this was entered in error, such as another patient's or another group's."""

    entry: PositiveInt
    reason: Text


class CorrectIncident(Command):
    """Say what really happened in a group's session, and which clinical note tells it."""

    entry: PositiveInt
    reason: Text
    category: IncidentCategory
    note: Note


class CorrectPatient(Command):
    """Say who the patient is and how to reach them, where that was written down wrongly.

    `entry` is the referral, or the latest correction of it, and `state` where they lived then.
    Whoever has moved is not corrected: record the move, or the same move anew.
    """

    entry: PositiveInt
    reason: Text
    family_name: Name
    given_names: tuple[Name, ...] = Field(default=(), max_length=20)
    birth_date: BirthDate
    state: Name
    phone: Name | None = None
    email: Name | None = None


class CorrectGroupSession(Command):
    """Say how the patient really attended a session of their group. The group learns of it.

    When it was held is the group's to say.
    """

    entry: PositiveInt
    reason: Text
    attended: bool
    late_by: timedelta = Field(default=timedelta(0), ge=timedelta(0), lt=timedelta(hours=12))
    notice_at: Instant | None = None
    clinicians: tuple[ClinicianId, ...] = Field(default=(), max_length=20)
    location: StateCode | None = None
    modality: SessionModality | None = None
    note: Note | None = None


CorrectionCommand = (
    CorrectSession | CorrectMeasure | StrikeOut | CorrectPatient | CorrectGroupSession
)
