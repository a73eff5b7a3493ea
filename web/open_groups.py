"""The groups that meet, as matching reads them: each drawn anew only where it may differ by now."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from domain.actor import Actor
from domain.calendar import day_in, instant_of
from domain.clinician.qualifications import Qualifications
from domain.decider import Context
from domain.group.local import zone_of
from domain.group.state import Group
from domain.programmes.definition import Definition
from domain.waitlist.drawn import open_group_of
from domain.waitlist.waiting import OpenGroup
from projections.waitlist.reading import Meeting

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a group came to: from `since` on and before `until`, while nobody changes it."""

    group: Group
    staff: Mapping[str, Qualifications]
    programme: Definition | None
    since: datetime
    until: datetime
    found: OpenGroup | None

    def holds(self, meeting: Meeting, programme: Definition | None, now: datetime) -> bool:
        """Whether drawing it now would come to the same: what was read is the very same object."""
        same = self.group is meeting.group and self.staff is meeting.staff
        return same and self.programme is programme and self.since <= now < self.until


@dataclass
class OpenGroups:
    """What this process has drawn of the groups as it read them last.

    `version` gives the version of a programme by its label.
    """

    version: Callable[[str], Awaitable[Definition | None]]
    _drawn: dict[str, _Drawn] = field(default_factory=dict)

    async def of(self, meetings: Iterable[Meeting], now: datetime, actor: Actor) -> list[OpenGroup]:
        """Those that go on meeting, each by the version of the programme that it is on."""
        drawn = {}
        for one in meetings:
            programme = await self.version(one.group.programme or "")
            before = self._drawn.get(one.group_id)
            holds = before is not None and before.holds(one, programme, now)
            drawn[one.group_id] = (
                before if before and holds else _draw(one, Context(now, actor, programme))
            )
        self._drawn = drawn
        return [one.found for one in drawn.values() if one.found]


def _draw(meeting: Meeting, context: Context) -> _Drawn:
    found = open_group_of(meeting.group_id, meeting.group, meeting.staff, context)
    tomorrow = _tomorrow(meeting.group, context)
    return _Drawn(
        group=meeting.group,
        staff=meeting.staff,
        programme=context.programme,
        since=context.now,
        until=min(tomorrow, found.next_session) if found else tomorrow,
        found=found,
    )


def _tomorrow(group: Group, context: Context) -> datetime:
    """When the group's day ends: weeks and licences go by days."""
    zone = zone_of(group, context)
    return instant_of(zone, day_in(zone, context.now) + DAY, time())
