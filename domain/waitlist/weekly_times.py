"""Which groups meet within somebody's hours, asked for thousands of patients of hundreds of groups.

Each time of the week at which some group meets is a bit of a number. All times within somebody's
hours, and whether a group meets at any other, are then found without looking at one after another.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import time
from functools import reduce
from operator import or_

from domain.waitlist.waiting import Hours, OpenGroup, TimeOfWeek, times_of_week


@dataclass(frozen=True)
class WeeklyTimes:
    """The times at which groups meet, on the clock of one zone; `of_group` has those of each."""

    bits: dict[TimeOfWeek, int]
    of_group: dict[str, int]
    _known: dict[tuple[str, object], int] = field(default_factory=dict)

    @classmethod
    def of(cls, groups: Iterable[OpenGroup], zone: str) -> "WeeklyTimes":
        weeks = {group.group_id: times_of_week(group, zone) for group in groups}
        times = {one for week in weeks.values() for one in week}
        bits = {one: 1 << place for place, one in enumerate(times)}
        return cls(bits, {group: _all(bits[one] for one in week) for group, week in weeks.items()})

    def outside(self, hours: tuple[Hours, ...]) -> int:
        """The times that lie within none of the hours; without hours any time suits."""
        return ~_all(map(self._within, hours)) if hours else 0

    def _within(self, hours: Hours) -> int:
        """As `TimeOfWeek.within` says, put together from parts that many people share."""
        return self._on(hours.weekdays) & self._since(hours.since) & self._until(hours.until)

    def _on(self, weekdays: tuple[int, ...]) -> int:
        key = ("on", weekdays)
        if key not in self._known:
            self._known[key] = self._those(one for one in self.bits if one.weekday in weekdays)
        return self._known[key]

    def _since(self, since: time) -> int:
        key = ("since", since)
        if key not in self._known:
            self._known[key] = self._those(
                one for one in self.bits if since <= one.begins < one.ends
            )
        return self._known[key]

    def _until(self, until: time) -> int:
        key = ("until", until)
        if key not in self._known:
            self._known[key] = self._those(one for one in self.bits if one.ends <= until)
        return self._known[key]

    def _those(self, times: Iterable[TimeOfWeek]) -> int:
        return _all(self.bits[one] for one in times)


def _all(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)
