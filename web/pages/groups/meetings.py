"""The sessions of a group: those to come, those that nobody has recorded, those held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.decider import Transition
from domain.group.state import Group, Session
from web.pages.addresses import form_of
from web.pages.transitions import Step

AHEAD = timedelta(weeks=8)

CHANGES = ("reschedule_session", "name_substitute", "cancel_session")
"""What may be done with a session before it begins, as the page offers it."""

TITLES = {
    "reschedule_session": "Move",
    "name_substitute": "Substitute",
    "cancel_session": "Cancel",
}


@dataclass(frozen=True)
class Meeting:
    """A session with who is to lead it and what may be done with it.

    `overdue`: its time is over, and nobody has said whether it was held.
    """

    session: Session
    led_by: tuple[str, ...]
    changes: tuple[Step, ...]
    runs: bool
    overdue: bool


def meetings(
    group_id: str, group: Group, transitions: Sequence[Transition], now: datetime
) -> list[Meeting]:
    """What is open, what was not recorded, and what comes within eight weeks, in order of time."""
    return [
        Meeting(
            session=one,
            led_by=one.clinicians or group.led_by(one),
            changes=tuple(_changes(group_id, one.number, transitions)),
            runs=one.stage == "open" or _may_open(one.number, transitions),
            overdue=one.ends_at < now,
        )
        for one in group.unrecorded
        if one.starts_at <= now + AHEAD
    ]


def _changes(group_id: str, number: int, transitions: Sequence[Transition]) -> Iterable[Step]:
    for command in CHANGES:
        for one in transitions:
            if one.command == command and one.data.get("session") == number:
                address = form_of(group_id, command, session=number)
                yield Step(command, TITLES[command], address, one.blocked_by)


def _may_open(number: int, transitions: Sequence[Transition]) -> bool:
    return any(
        one.command == "open_session" and one.data.get("session") == number and one.open
        for one in transitions
    )
