"""What may be asked of a therapy group."""

from datetime import date, time, timedelta
from typing import Annotated, Self

from pydantic import Field, PositiveInt, model_validator
from pydantic_core import PydanticCustomError

from domain.commands.base import Command, Dated, MeetDeadline, SettleEffect
from domain.commands.corrections import CorrectIncident, StrikeOut
from domain.events.attendance import Attendance
from domain.events.group import Modality
from domain.events.incidents import IncidentCategory
from domain.events.presence import Participation
from domain.identity import ClinicianId, GroupId, Note, PathwayId
from domain.programmes.definition import Slug, Zone
from domain.programmes.label import ProgrammeRef
from domain.programmes.states import StateCode
from domain.risk import Level
from domain.value import Instant, Name, Text, Value

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
Weekday = Annotated[int, Field(ge=0, le=6)]


class Form(Command):
    """Form a group of a kind that a published programme version (`mbt-g@1`) has.

    Without `states` it is for all that the programme serves in this modality. `last_on` is the last
    day on which it may meet; a cohort ends by itself after its number of sessions.
    """

    programme: ProgrammeRef
    kind: Slug
    title: Name | None = None
    modality: Modality
    states: tuple[StateCode, ...] = Field(default=(), max_length=60)
    capacity: PositiveInt | None = None
    first_on: Day
    last_on: Day | None = None

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.last_on and self.last_on < self.first_on:
            raise PydanticCustomError("period", "last_on is before first_on: check the dates.")
        return self


class Schedule(Command):
    """Meet every week, on one weekday or several (Monday is 0), at a local time, from a day on.

    Sessions still to come by an earlier rule are cancelled. `closed_on` are days on which the
    group does not meet, besides the holidays that the programme keeps.
    """

    weekdays: tuple[Weekday, ...] = Field(min_length=1, max_length=7)
    starts: time
    zone: Zone
    since: Day | None = None
    closed_on: tuple[Day, ...] = Field(default=(), max_length=400)

    @model_validator(mode="after")
    def _clock_local(self) -> Self:
        if self.starts.tzinfo or self.starts.second or self.starts.microsecond:
            raise PydanticCustomError("clock", "starts: give a local time such as 18:00.")
        return self


class CancelSession(Command):
    """One session will not take place, or did not."""

    session: PositiveInt
    reason: Text


class RescheduleSession(Command):
    """One session takes place at another time."""

    session: PositiveInt
    starts_at: Instant


class AssignFacilitator(Command):
    """Let a trained clinician lead the group."""

    clinician_id: ClinicianId


class RelieveFacilitator(Command):
    """Let a facilitator go; a group that goes on needs a `successor` if two are not left."""

    clinician_id: ClinicianId
    reason: Text
    successor: ClinicianId | None = None


class NameSubstitute(Command):
    """Let a trained clinician stand in for a facilitator at one session."""

    session: PositiveInt
    clinician_id: ClinicianId
    instead_of: ClinicianId


class ReserveSeat(Command):
    """Keep a seat for a patient while it is offered. Told by the patient's pathway."""

    pathway_id: PathwayId
    offer: PositiveInt
    state: Name
    until: Instant


class FillSeat(Command):
    """The patient accepted: the seat that was kept is theirs. Told by the patient's pathway."""

    pathway_id: PathwayId


class ReleaseSeat(Command):
    """Give back a seat that was kept or filled. Told by the patient's pathway."""

    pathway_id: PathwayId
    reason: Slug


class NoteMove(Command):
    """A member lives in another state than was known. Told by the patient's pathway."""

    pathway_id: PathwayId
    state: Name


class NoteAttendance(Command):
    """A member's attendance was recorded wrongly, or is put right. Told by the patient's pathway.

    What does not `count` is the one that was wrong.
    """

    pathway_id: PathwayId
    session: PositiveInt
    attendance: Attendance
    counts: bool


class Joining(Value):
    """A patient at the door; `location` is the US state where they say they are.

    In a hybrid group whoever gives one joins virtually, and whoever does not has to be there in
    person; an in-person group asks nobody.
    """

    pathway_id: PathwayId
    location: StateCode | None = None
    in_person: bool = False


class OpenSession(Dated):
    """Begin a session with the clinicians who lead it and the patients who have come."""

    session: PositiveInt
    clinicians: tuple[ClinicianId, ...] = Field(max_length=10)
    joining: tuple[Joining, ...] = Field(default=(), max_length=50)


class AdmitLate(Dated):
    """Let somebody in who came after the opening, or comes back with what was missing."""

    session: PositiveInt
    pathway_id: PathwayId
    location: StateCode | None = None
    in_person: bool = False


class Attended(Value):
    """What there is to note of one member.

    `late_by` is left out where the time of joining tells it, `notice_at` is when an absent member
    announced the absence, `note` points to the progress note on this member's session.
    """

    pathway_id: PathwayId
    late_by: timedelta | None = Field(default=None, ge=timedelta(0), lt=timedelta(hours=12))
    notice_at: Instant | None = None
    participation: Participation | None = None
    note: Note | None = None


class HoldSession(Dated):
    """End an open session. Whoever was admitted attended; `attendance` says what there is to add.

    An absence announced early enough is excused, otherwise it counts as missed.
    """

    session: PositiveInt
    attendance: tuple[Attended, ...] = Field(default=(), max_length=50)


class ReportConcern(Dated):
    """Say that a facilitator is worried about a member; the patient's safety comes first."""

    session: PositiveInt
    pathway_id: PathwayId
    level: Level


class LogIncident(Dated):
    """Note that something happened in a session, and which clinical note tells it."""

    session: PositiveInt
    category: IncidentCategory
    note: Note


class CompleteTask(Dated):
    """Record that a task was done, and what came of it."""

    task: PositiveInt
    outcome: Text


class Close(Command):
    """End the group; `successor` is the one in which its members may go on."""

    reason: Text
    successor: GroupId | None = None


GroupCommand = (
    Form
    | Schedule
    | CancelSession
    | RescheduleSession
    | AssignFacilitator
    | RelieveFacilitator
    | NameSubstitute
    | ReserveSeat
    | FillSeat
    | ReleaseSeat
    | NoteMove
    | NoteAttendance
    | OpenSession
    | AdmitLate
    | HoldSession
    | ReportConcern
    | LogIncident
    | CorrectIncident
    | StrikeOut
    | CompleteTask
    | Close
    | MeetDeadline
    | SettleEffect
)
