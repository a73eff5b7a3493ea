"""What stands in a calendar: single appointments, and the weekly series of a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from domain.calendar import instant_of, weekly
from domain.events import group as facts
from domain.events.envelope import RecordedEvent
from domain.group.state import Group, Rule, Session

_NAMES = UUID("0d1a6e53-0f6b-5d0e-9a55-3f9c1b0f7a42")
"""The namespace of UIDs: the same appointment has the same one in every version of a file."""

_OF_THE_CALENDAR = (
    facts.ScheduleSet,
    facts.SessionsPlanned,
    facts.SessionCancelled,
    facts.SessionRescheduled,
    facts.Closed,
)


@dataclass(frozen=True)
class Revision:
    """How often an entry was changed, from 0, and when last."""

    sequence: int
    at: datetime


@dataclass(frozen=True)
class Appointment:
    """One meeting. `instead_of` is when it would be by the rule of the series that it is in.

    One that is `cancelled` is shown as such, so that nobody looks for it in vain.
    """

    uid: str
    starts_at: datetime
    length: timedelta
    zone: str
    revision: Revision
    instead_of: datetime | None = None
    cancelled: bool = False


@dataclass(frozen=True)
class Series:
    """A meeting every week from `first` to `last`, but for `without`: instants, kept in `zone`."""

    uid: str
    first: datetime
    last: datetime
    without: tuple[datetime, ...]
    length: timedelta
    zone: str
    revision: Revision


Entry = Appointment | Series


def uid(*parts: object) -> str:
    """The UID of whatever is called by these parts: opaque, and always the same."""
    return f"{uuid5(_NAMES, '/'.join(map(str, parts)))}@carepath"


def group_entries(
    whose: str, group_id: str, group: Group, stream: Sequence[RecordedEvent], since: datetime
) -> list[Entry]:
    """The sessions of a group from an instant on: a series a weekday, and what deviates."""
    rule, revision = group.rule, _revision(stream)
    sessions = [one for one in group.sessions if one.starts_at >= since and _shown(one, stream)]
    if rule is None or revision is None:
        return []
    entries: list[Entry] = []
    planned = _planned_by_present_rule(stream)
    by_rule = [one for one in sessions if one.number in planned]
    for weekday in sorted({one.day.weekday() for one in by_rule}):
        theirs = [one for one in by_rule if one.day.weekday() == weekday]
        series = _series(uid(whose, group_id, min(planned), weekday), theirs, rule, revision)
        deviating = (_instead(series, one, rule) for one in theirs if _deviates(one, rule))
        entries = [*entries, series, *deviating]
    singles = [one for one in sessions if one not in by_rule and one.takes_place]
    return entries + [_single(whose, group_id, one, rule, revision) for one in singles]


def _revision(stream: Sequence[RecordedEvent]) -> Revision | None:
    changes = [one.effective_at for one in stream if isinstance(one.event, _OF_THE_CALENDAR)]
    return Revision(sequence=len(changes) - 1, at=max(changes)) if changes else None


def _planned_by_present_rule(stream: Sequence[RecordedEvent]) -> set[int]:
    """The numbers of the sessions that it made; an earlier rule's stand by themselves."""
    numbers: set[int] = set()
    for one in stream:
        if isinstance(one.event, facts.ScheduleSet):
            numbers = set()
        elif isinstance(one.event, facts.SessionsPlanned):
            numbers |= {planned.session for planned in one.event.sessions}
    return numbers


def _meant(session: Session, rule: Rule) -> datetime:
    return instant_of(rule.zone, session.day, rule.starts)


def _deviates(session: Session, rule: Rule) -> bool:
    return not session.takes_place or session.starts_at != _meant(session, rule)


def _shown(session: Session, stream: Sequence[RecordedEvent]) -> bool:
    """A cancelled one until the log has gone on past its time."""
    return session.takes_place or session.starts_at > stream[-1].effective_at


def _series(name: str, sessions: Sequence[Session], rule: Rule, revision: Revision) -> Series:
    days = {one.day for one in sessions}
    first, last = min(days), max(days)
    gaps = [day for day in weekly(first.weekday(), first, last) if day not in days]
    return Series(
        uid=name,
        first=instant_of(rule.zone, first, rule.starts),
        last=instant_of(rule.zone, last, rule.starts),
        without=tuple(instant_of(rule.zone, day, rule.starts) for day in gaps),
        length=rule.length,
        zone=rule.zone,
        revision=revision,
    )


def _instead(series: Series, session: Session, rule: Rule) -> Appointment:
    return Appointment(
        uid=series.uid,
        starts_at=session.starts_at,
        length=session.length,
        zone=series.zone,
        revision=series.revision,
        instead_of=_meant(session, rule),
        cancelled=not session.takes_place,
    )


def _single(
    whose: str, group_id: str, session: Session, rule: Rule, revision: Revision
) -> Appointment:
    return Appointment(
        uid=uid(whose, group_id, "session", session.number),
        starts_at=session.starts_at,
        length=session.length,
        zone=rule.zone,
        revision=revision,
    )
