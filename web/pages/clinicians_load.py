"""What a clinician carries: patients, groups, and the hours a week that their groups meet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from projections.groups.rows import GroupRow
from web.pages.waitlist_words import GroupShown, group_shown

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Load:
    """The groups that somebody leads, and how long these meet in a week altogether."""

    groups: tuple[GroupShown, ...] = ()
    weekly: timedelta = timedelta()

    @property
    def hours(self) -> str:
        """Such as 1.5 h."""
        return f"{self.weekly / HOUR:g} h"


def loads(groups: Iterable[GroupRow]) -> Mapping[str, Load]:
    """The load of everybody who leads a group."""
    found: dict[str, Load] = {}
    for group in groups:
        for clinician in group.facilitators:
            before = found.get(clinician, Load())
            found[clinician] = Load(
                (*before.groups, group_shown(group)), before.weekly + _weekly(group)
            )
    return found


def fullness(caseload: int, capacity: int | None) -> tuple[str, str] | None:
    """The tone and the words of a caseload that has reached its limit; none where there is room."""
    if capacity is None or caseload < capacity:
        return None
    return ("attention", "Full") if caseload == capacity else ("danger", "Over the limit")


def _weekly(group: GroupRow) -> timedelta:
    return timedelta(minutes=group.length_min or 0) * len(group.weekdays)
