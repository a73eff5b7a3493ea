"""The waitlist in words: when groups meet, when patients can come, what speaks for a match."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from domain.waitlist.waiting import Hours, OpenGroup, Waiting
from projections.groups.rows import GroupRow
from web.pages.addresses import home_of
from web.pages.forms.labels import WEEKDAYS
from web.pages.groups.listed import title_of
from web.pages.wording import sentence

MEETS = {"virtual": "virtually", "in_person": "in person", "hybrid": "virtually and in person"}

WHOLE_WEEK = 7


@dataclass(frozen=True)
class GroupShown:
    """A group as a list names it; `meets` says when and how, as far as that is known."""

    id: str
    title: str
    meets: str

    @property
    def address(self) -> str:
        return home_of(self.id)


def group_shown(group: GroupRow) -> GroupShown:
    """The group of a row of the view."""
    return GroupShown(group.group_id, title_of(group), _meets(group))


def unlisted(group_id: str) -> GroupShown:
    """A group that the list of open groups does not have: it has closed since, or is very new."""
    return GroupShown(group_id, "A group that is not open", "")


def hours_in_words(hours: Hours) -> str:
    """Mondays and Wednesdays, 17:00 to 20:30."""
    return f"{weekdays_in_words(hours.weekdays)}, {_clock(hours.since)} to {_clock(hours.until)}"


def weekdays_in_words(weekdays: tuple[int, ...]) -> str:
    """Monday is 0: Mondays, Tuesdays and Fridays."""
    if len(set(weekdays)) == WHOLE_WEEK:
        return "Every day"
    return joined([f"{WEEKDAYS[one][1]}s" for one in sorted(set(weekdays))])


def joined(words: list[str], last: str = "and") -> str:
    """a; a and b; a, b and c."""
    *others, final = words or [""]
    return f"{', '.join(others)} {last} {final}" if others else final


def reasons_for(waiting: Waiting, group: OpenGroup, *, payer: bool) -> tuple[str, ...]:
    """What speaks for a group that fits: each condition of a match, as it is met.

    Without `payer` it is not told who pays.
    """
    return tuple(_speaking_for(waiting, group, payer=payer))


def _speaking_for(waiting: Waiting, group: OpenGroup, *, payer: bool) -> Iterator[str]:
    yield f"{group.free} seat{'s' * (group.free != 1)} to fill this week."
    first = " That is their first choice." if waiting.modalities[0] == group.modality else ""
    yield f"Meets {MEETS[group.modality]}.{first}"
    if group.modality == "in_person":
        yield f"The clinic is licensed in {waiting.state}."
    else:
        yield f"Every facilitator is licensed in {waiting.state}."
    yield "Meets when they can come." if waiting.hours else "Any time suits them."
    if not payer:
        yield "Who pays for them is accepted."
    elif waiting.payer is None:
        yield "They pay themselves."
    else:
        yield f"Takes {waiting.payer}." if group.payers else "Takes any payer."


def _meets(group: GroupRow) -> str:
    how = MEETS.get(group.modality or "", "")
    if not group.weekdays or group.starts is None or group.zone is None:
        return sentence(f"{how}, no weekly time yet".lstrip(", "))
    place = ZoneInfo(group.zone).key.rpartition("/")[2].replace("_", " ")
    return f"{weekdays_in_words(group.weekdays)} at {_clock(group.starts)} ({place}), {how}"


def _clock(moment: time) -> str:
    return f"{moment:%H:%M}"
