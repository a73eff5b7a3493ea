"""Who waits and which groups have seats, as far as matching needs to know them."""

from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple
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
    `also_at` are the first on each weekday, and after each change of clocks in the year ahead.
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


class TimeOfWeek(NamedTuple):
    """A session on somebody's clock; one over midnight ends before it begins."""

    weekday: int
    begins: time
    ends: time

    def within(self, hours: Hours) -> bool:
        same_day = hours.since <= self.begins < self.ends <= hours.until
        return same_day and self.weekday in hours.weekdays


def can_come(waiting: Waiting, group: OpenGroup) -> bool:
    """Whether the patient can come whenever the group meets, by either clock after each change."""
    week = times_of_week(group, waiting.zone) if waiting.hours else ()
    return all(any(one.within(hours) for hours in waiting.hours) for one in week)


def times_of_week(group: OpenGroup, zone: str) -> tuple[TimeOfWeek, ...]:
    """When the group meets on the clock of a zone, which may change when the group's does not."""
    year = (group.next_session, *group.also_at)
    return tuple(dict.fromkeys(_on_the_clock_of(zone, one, group.length) for one in year))


@lru_cache(maxsize=10_000)
def _on_the_clock_of(zone: str, starts_at: datetime, length: timedelta) -> TimeOfWeek:
    begins = starts_at.astimezone(ZoneInfo(zone))
    ends = (starts_at + length).astimezone(ZoneInfo(zone))
    return TimeOfWeek(begins.weekday(), begins.time(), ends.time())
