"""What a session comes to: counted before it is closed, and as it was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.events.pathway import Attendance
from domain.events.presence import Presence
from domain.group.attendance import presences
from web.pages.running.acts import attended
from web.pages.running.entered import Entered
from web.pages.running.meeting import Meeting

ORDER: tuple[Attendance, ...] = ("attended", "late", "missed", "excused")


@dataclass(frozen=True)
class Summary:
    """How many attended, were late, missed it and were excused; who was not let in."""

    presences: tuple[Presence, ...]
    not_let_in: int
    concerns: int
    incidents: int
    unclear: int = 0

    @property
    def counts(self) -> list[tuple[str, int]]:
        found = [one.attendance for one in self.presences]
        return [(one, found.count(one)) for one in ORDER]


def foreseen(meeting: Meeting, entered: Entered, zone: ZoneInfo) -> Summary:
    """What closing the session now would record; `unclear` are those entered incompletely."""
    noted, wrong = attended(meeting, entered, zone)
    found = presences(meeting.group, meeting.session, noted, meeting.context)
    refused = len(meeting.session.not_admitted)
    return _summary(meeting, found, refused, unclear=len(wrong))


def recorded(meeting: Meeting) -> Summary | None:
    """What was recorded of the session; `None` while it was not held."""
    held = meeting.held
    if held is None:
        return None
    return _summary(meeting, held.presences, len(held.not_admitted))


def _summary(
    meeting: Meeting, found: Sequence[Presence], refused: int, unclear: int = 0
) -> Summary:
    return Summary(
        presences=tuple(found),
        not_let_in=refused,
        concerns=len(meeting.concerns),
        incidents=len(meeting.incidents),
        unclear=unclear,
    )
