"""What may be asked of a pathway between the waitlist and a seat, and told by its group."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, PositiveInt
from pydantic_core import PydanticCustomError

from domain.commands.base import Command, Dated
from domain.events.pathway import SessionModality
from domain.identity import ClinicianId, GroupId, Note
from domain.patient import Urgency
from domain.programmes.states import StateCode
from domain.programmes.words import Slug, Zone
from domain.reminding import Reminded
from domain.value import Instant, Name, Text
from domain.waitlist.waiting import Hours, Modality


def _in_order(hours: Hours) -> Hours:
    if not hours.weekdays or hours.since >= hours.until:
        raise PydanticCustomError("hours", "Name the weekdays, and times from before until.")
    if hours.since.tzinfo or hours.until.tzinfo:
        raise PydanticCustomError("hours", "Give local times without an offset: the zone says it.")
    return hours


SessionLength = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(hours=12))]
FreeHours = Annotated[Hours, AfterValidator(_in_order)]


class JoinWaitlist(Dated):
    """Put the patient on the waitlist for a kind of group. No `hours`: any time suits."""

    group_kind: Slug
    modalities: tuple[Modality, ...] = Field(min_length=1, max_length=3)
    urgency: Urgency
    zone: Zone
    hours: tuple[FreeHours, ...] = Field(default=(), max_length=20)


class ReviewPriority(Dated):
    """Record that a clinician looked at how urgent a place on the waitlist is.

    `decided_by` is the clinician, whoever enters it.
    """

    urgency: Urgency
    decided_by: ClinicianId
    reason: Text


class LeaveWaitlist(Dated):
    """Take the patient off the waitlist."""

    reason: Text


class OfferSeat(Command):
    """Ask a group for a seat, and offer it to the patient once the group keeps one."""

    group_id: GroupId


class TransferToGroup(Command):
    """Offer a member of one group a seat in another; the old seat is kept until then."""

    group_id: GroupId
    reason: Text


class AcceptSeat(Command):
    """Record that the patient takes the seat."""

    offer: PositiveInt


class DeclineSeat(Command):
    """Record that the patient does not want the seat; their place on the waitlist stays."""

    offer: PositiveInt
    reason: Text


class LeaveGroup(Dated):
    """Give up the patient's seat in their group."""

    reason: Text


class GroupClosed(Command):
    """Say that the patient's group has closed, and where its members may go on. Sent by the group.

    A seat in the `successor` is offered to whoever had one here.
    """

    group_id: GroupId
    successor: GroupId | None = None


class BookGroupSession(Command):
    """Put a session of the patient's group into their calendar, or move it. Sent by the group.

    `group_reminds`: the group reminds the patient of it itself.
    """

    group_id: GroupId
    session: PositiveInt
    starts_at: Instant
    length: SessionLength
    kind: Slug = "group"
    group_reminds: bool = False


class CancelGroupSession(Command):
    """Take a session of the patient's group out of their calendar. Sent by the group."""

    group_id: GroupId
    session: PositiveInt
    reminded: tuple[Reminded, ...] = ()


class RecordGroupSession(Command):
    """Record a session of the patient's group, and whether they were there. Sent by the group.

    An absence announced early enough is excused, otherwise it counts as missed. `modality` is how
    the patient took part, as far as the group knows.
    """

    group_id: GroupId
    session: PositiveInt
    held_at: Instant
    length: SessionLength
    attended: bool
    late_by: timedelta = Field(default=timedelta(0), ge=timedelta(0), lt=timedelta(hours=12))
    notice_at: Instant | None = None
    location: StateCode | None = None
    modality: SessionModality | None = None
    clinicians: tuple[ClinicianId, ...] = Field(default=(), max_length=20)
    note: Note | None = None
    kind: Slug = "group"
    reminded: tuple[Reminded, ...] = ()


class RecordNotAdmitted(Command):
    """Record that the patient could not join a session, and why. Sent by the group."""

    group_id: GroupId
    session: PositiveInt
    held_at: Instant
    reasons: tuple[Name, ...] = Field(min_length=1, max_length=50)
    reminded: tuple[Reminded, ...] = ()


SeatCommand = (
    JoinWaitlist
    | ReviewPriority
    | LeaveWaitlist
    | OfferSeat
    | TransferToGroup
    | AcceptSeat
    | DeclineSeat
    | LeaveGroup
    | GroupClosed
    | BookGroupSession
    | CancelGroupSession
    | RecordGroupSession
    | RecordNotAdmitted
)
