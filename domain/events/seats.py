"""What can happen on a pathway between the waitlist and a seat in a group."""

from pydantic import AwareDatetime

from domain.events.base import Event
from domain.patient import Urgency
from domain.waitlist.waiting import Hours, Modality


class WaitlistJoined(Event):
    """`zone` is where the hours are meant; `review_at` is when the priority is looked at again."""

    group_kind: str
    modalities: tuple[Modality, ...]
    urgency: Urgency
    zone: str
    hours: tuple[Hours, ...] = ()
    review_at: AwareDatetime


class WaitlistPriorityReviewed(Event):
    urgency: Urgency
    decided_by: str
    reason: str
    review_at: AwareDatetime


class WaitlistLeft(Event):
    reason: str


class SeatOfferBegun(Event):
    """A group is asked for a seat. `offer` counts from 1; it ends at `until`.

    `transfer_reason` is given where the patient has a seat in another group.
    """

    offer: int
    group_id: str
    until: AwareDatetime
    transfer_reason: str | None = None


class SeatOffered(Event):
    """The group keeps a seat for the patient until the offer ends."""

    offer: int
    group_id: str
    until: AwareDatetime


class SeatNotGranted(Event):
    """The group has no seat for the patient; `reasons` are the codes with which it refused."""

    offer: int
    group_id: str
    reasons: tuple[str, ...]


class SeatAccepted(Event):
    offer: int
    group_id: str


class SeatDeclined(Event):
    """`declines` counts those since the patient last had a seat."""

    offer: int
    group_id: str
    reason: str
    declines: int


class SeatOfferExpired(Event):
    offer: int
    group_id: str


class SeatOfferWithdrawn(Event):
    """The offer has lost its point before the patient answered it."""

    offer: int
    group_id: str
    reason: str


class SeatFilled(Event):
    """The patient is a member of the group. `left` is the group whose seat they give up for it."""

    offer: int
    group_id: str
    left: str | None = None


class SeatLeft(Event):
    """The patient gives up their seat."""

    group_id: str
    reason: str


class GroupLost(Event):
    """The patient's group was closed."""

    group_id: str


SeatEvent = (
    WaitlistJoined
    | WaitlistPriorityReviewed
    | WaitlistLeft
    | SeatOfferBegun
    | SeatOffered
    | SeatNotGranted
    | SeatAccepted
    | SeatDeclined
    | SeatOfferExpired
    | SeatOfferWithdrawn
    | SeatFilled
    | SeatLeft
    | GroupLost
)
