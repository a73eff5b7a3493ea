"""What can happen to a therapy group: its calendar, its facilitators, its seats and its sessions.

Members are pathway ids, facilitators clinician ids. Sessions are numbered from 1 in the order in
which they were planned. Nothing here says what was spoken: an incident points to the clinical note.
"""

from datetime import date, time, timedelta
from typing import Literal

from pydantic import AwareDatetime

from domain.events import effects
from domain.events.base import Event
from domain.events.corrections import IncidentStruckOut
from domain.events.group_calendar import Planned, Skipped
from domain.events.incidents import IncidentCategory
from domain.events.pathway import Attendance
from domain.events.presence import Admission, Presence, Refusal
from domain.risk import Level

Modality = Literal["virtual", "in_person", "hybrid"]


TaskKind = Literal[
    "find_facilitators",
    "record_session",
    "confirm_facilitator",
    "pass_on_attendance",
    "pass_on_concern",
    "move_members",
    "reach_member",
    "pass_on_message",
]


class Formed(Event):
    """`meetings` and `joins_before` are those of a cohort; a slow-open group has neither."""

    programme: str
    kind: str
    title: str
    session_kind: str
    phases: tuple[str, ...]
    modality: Modality
    states: tuple[str, ...]
    capacity: int
    first_on: date
    last_on: date | None = None
    meetings: int | None = None
    joins_before: int | None = None


class ScheduleSet(Event):
    """The rule of the sessions: weekdays (Monday is 0) and a local time, from a day on.

    There is at least one weekday; they are in order, each once.
    """

    weekdays: tuple[int, ...]
    starts: time
    zone: str
    length: timedelta
    since: date
    closed_on: tuple[date, ...] = ()


class SessionsPlanned(Event):
    """Sessions by the rule up to and with the day `until`; `next_at` is when to plan further."""

    sessions: tuple[Planned, ...]
    skipped: tuple[Skipped, ...]
    zone: str
    until: date
    next_at: AwareDatetime | None = None


class SessionCancelled(Event):
    session: int
    reason: str


class SessionRescheduled(Event):
    session: int
    starts_at: AwareDatetime
    zone: str
    previously: AwareDatetime
    record_by: AwareDatetime
    remind_at: tuple[AwareDatetime, ...] = ()


class SessionReminderFellDue(Event):
    """Those of `members` who expect the session are reminded of it."""

    session: int
    starts_at: AwareDatetime
    members: tuple[str, ...]


class FacilitatorAssigned(Event):
    clinician_id: str


class FacilitatorRelieved(Event):
    """`successor` was assigned by the same decision."""

    clinician_id: str
    reason: str
    successor: str | None = None


class FacilitatorConfirmed(Event):
    """Somebody has seen to what kept a facilitator from leading: they are told of it again."""

    clinician_id: str


class SubstituteNamed(Event):
    """A trained clinician stands in for a facilitator at one session."""

    session: int
    clinician_id: str
    instead_of: str


class SeatReserved(Event):
    """A seat is kept while its offer runs. `free_at` is when the group frees it by itself.

    `staggered`: the group had met by then, so it counts towards the joiners of a week.
    """

    pathway_id: str
    offer: int
    state: str
    until: AwareDatetime
    free_at: AwareDatetime
    staggered: bool


class SeatFilled(Event):
    """The patient is a member from now on."""

    pathway_id: str


class SeatReleased(Event):
    """`member`: the seat was filled, not only kept for an offer."""

    pathway_id: str
    reason: str
    member: bool


class MemberMoved(Event):
    """The member lives in another `state` now."""

    pathway_id: str
    state: str


class AttendanceCorrected(Event):
    """How a member really attended a session; what does not `count` was recorded wrongly."""

    session: int
    pathway_id: str
    attendance: Attendance
    counts: bool


class SessionOpened(Event):
    """The session runs, with these clinicians and everybody who may take part."""

    session: int
    starts_at: AwareDatetime
    clinicians: tuple[str, ...]
    admitted: tuple[Admission, ...]
    not_admitted: tuple[Refusal, ...]


class MemberAdmitted(Event):
    """Somebody came after the opening, or came back with what was missing."""

    session: int
    admission: Admission


class MemberNotAdmitted(Event):
    session: int
    refusal: Refusal


class ConcernRaised(Event):
    """A facilitator is worried about a member: the member's pathway is told."""

    session: int
    pathway_id: str
    level: Level


class IncidentLogged(Event):
    """`note` is the opaque id of the clinical note that tells it.

    `corrects` is the version of the entry in whose place this one stands.
    """

    session: int
    category: IncidentCategory
    note: str
    corrects: int | None = None


class SessionHeld(Event):
    """The session is over. `held_at` is when it was to start; members who came are present."""

    session: int
    held_at: AwareDatetime
    length: timedelta
    clinicians: tuple[str, ...]
    presences: tuple[Presence, ...]
    not_admitted: tuple[Refusal, ...]


class TaskOpened(Event):
    """Something that a person has to do. `task` counts from 1 within the group.

    `about` is the number of a session, or the id of a member or of a facilitator.
    """

    task: int
    kind: TaskKind
    due_at: AwareDatetime
    about: str | None = None


class TaskCompleted(Event):
    task: int
    outcome: str


class Closed(Event):
    """`successor` is the group that goes on with the members, if one does.

    `members`, `waiting` (for whom a seat was kept), `facilitators` and `sessions` (planned and
    not held) are those that it had.
    """

    reason: str
    successor: str | None = None
    members: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    facilitators: tuple[str, ...] = ()
    sessions: tuple[int, ...] = ()


class EffectSettled(effects.EffectSettled):
    """What came of a message to a member's pathway or to a facilitator."""


GroupEvent = (
    Formed
    | ScheduleSet
    | SessionsPlanned
    | SessionCancelled
    | SessionRescheduled
    | SessionReminderFellDue
    | FacilitatorAssigned
    | FacilitatorRelieved
    | FacilitatorConfirmed
    | SubstituteNamed
    | SeatReserved
    | SeatFilled
    | SeatReleased
    | MemberMoved
    | AttendanceCorrected
    | SessionOpened
    | MemberAdmitted
    | MemberNotAdmitted
    | ConcernRaised
    | IncidentLogged
    | IncidentStruckOut
    | SessionHeld
    | TaskOpened
    | TaskCompleted
    | Closed
    | EffectSettled
)
