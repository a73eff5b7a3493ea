"""Who waits and which groups have seats, as far as matching needs to know them."""

from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field

from domain.decider import Reason
from domain.identity import GroupId, PathwayId
from domain.patient import Urgency
from domain.value import Value

Modality = Literal["virtual", "in_person", "hybrid"]
Weekday = Annotated[int, Field(ge=0, le=6)]
"""Monday is 0."""


class Hours(Value):
    """Times at which a patient can come, in their own zone: from `since` to before `until`."""

    weekdays: tuple[Weekday, ...]
    since: time
    until: time


class Waiting(Value):
    """A patient on the waitlist. No `hours`: any time suits. No `payer`: they pay themselves.

    `programme` is without its version, `phase` where they are in it. `declined` are groups whose
    seat they turned down before.
    """

    pathway_id: PathwayId
    urgency: Urgency
    since: AwareDatetime
    programme: str
    phase: str
    group_kind: str
    state: str
    zone: str
    modalities: tuple[Modality, ...]
    hours: tuple[Hours, ...] = ()
    payer: str | None = None
    declined: tuple[GroupId, ...] = ()


class OpenGroup(Value):
    """A group. `free` seats may be filled this week, reservations and staggering counted.

    It is for patients in `phases`, and takes those in `joined_from`, who are there or come next.
    `refused` are the reasons why nobody may join now, whatever seats are free.
    A group that meets on several weekdays has the next session on each of the others in `also_at`.
    `licensed_in` are the states in which every facilitator is licensed; no `payers`: any is taken.
    """

    group_id: GroupId
    programme: str
    kind: str
    phases: tuple[str, ...]
    joined_from: frozenset[str]
    modality: Modality
    free: int
    refused: tuple[Reason, ...] = ()
    licensed_in: frozenset[str]
    next_session: AwareDatetime
    also_at: tuple[AwareDatetime, ...] = ()
    length: timedelta
    payers: frozenset[str] | None = None


def can_come(waiting: Waiting, group: OpenGroup) -> bool:
    """Whether the patient can come on every weekday on which the group meets."""
    week = (group.next_session, *group.also_at)
    return all(suits(waiting.hours, waiting.zone, one, group.length) for one in week)


def suits(hours: tuple[Hours, ...], zone: str, starts_at: datetime, length: timedelta) -> bool:
    """Whether a session lies within the hours, on the patient's own clock."""
    if not hours:
        return True
    weekday, begins, ends = _on_the_clock_of(zone, starts_at, length)
    return any(weekday in one.weekdays and one.since <= begins < ends <= one.until for one in hours)


@lru_cache(maxsize=10_000)
def _on_the_clock_of(zone: str, starts_at: datetime, length: timedelta) -> tuple[int, time, time]:
    """Weekday, beginning and end; a session over midnight ends before it begins."""
    begins = starts_at.astimezone(ZoneInfo(zone))
    ends = (starts_at + length).astimezone(ZoneInfo(zone))
    return begins.weekday(), begins.time(), ends.time()
