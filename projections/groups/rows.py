"""What the pages of groups show, computed from one group's state. All instants are UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from domain.group.state import Group
from projections.folded.entity import Folding
from projections.groups.counted import Counted

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group. `weekdays` (Monday is 0) and `starts` are meant in `zone`; none before a rule.

    `capacity` are its seats: `taken` ones have a member, `reserved` ones are kept for an offer.
    """

    group_id: str
    title: str | None
    kind: str | None
    programme: str | None
    modality: str | None
    states: tuple[str, ...]
    zone: str | None
    weekdays: tuple[int, ...]
    starts: time | None
    length_min: int | None
    status: str
    capacity: int
    taken: int
    reserved: int
    facilitators: tuple[str, ...]
    open_tasks: int
    closed_at: datetime | None
    successor: str | None


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat that somebody has (`member`) or that is kept for an offer (`reserved`), until when."""

    group_id: str
    pathway_id: str
    state: str
    since: datetime | None
    until: datetime | None
    joined_at: datetime | None


@dataclass(frozen=True, slots=True)
class GroupSessionRow:
    """A session of a group: who leads it or led it; how many came, once it was held."""

    group_id: str
    number: int
    starts_at: datetime
    length_min: int
    stage: str
    facilitators: tuple[str, ...]
    present: int | None
    missed: int | None
    incidents: int


Rows = GroupRow | SeatRow | GroupSessionRow


def rows(group_id: str, folding: Folding[Counted]) -> list[Rows]:
    """The rows of one group."""
    group = folding.state.group
    return [
        _group(group_id, group),
        *_seats(group_id, folding.state),
        *_sessions(group_id, folding.state),
    ]


def _group(group_id: str, group: Group) -> GroupRow:
    rule = group.rule
    return GroupRow(
        group_id=group_id,
        title=group.title,
        kind=group.kind,
        programme=group.programme,
        modality=group.modality,
        states=group.states,
        zone=rule.zone if rule else None,
        weekdays=rule.weekdays if rule else (),
        starts=rule.starts if rule else None,
        length_min=rule.length // MINUTE if rule else None,
        status=group.status,
        capacity=group.capacity,
        taken=len(group.members),
        reserved=len(group.reservations),
        facilitators=group.facilitators,
        open_tasks=len(group.tasks),
        closed_at=group.closed_at,
        successor=group.successor,
    )


def _seats(group_id: str, counted: Counted) -> Iterator[SeatRow]:
    for member in counted.group.members:
        yield SeatRow(group_id, member.pathway_id, "member", member.since, None, member.since)
    for kept in counted.group.reservations:
        since = counted.kept_since(kept.pathway_id)
        yield SeatRow(group_id, kept.pathway_id, "reserved", since, kept.until, None)


def _sessions(group_id: str, counted: Counted) -> Iterator[GroupSessionRow]:
    for session in counted.group.sessions:
        tally = counted.tally(session.number)
        yield GroupSessionRow(
            group_id=group_id,
            number=session.number,
            starts_at=session.starts_at,
            length_min=session.length // MINUTE,
            stage=session.stage,
            facilitators=_led_by(counted, session.number),
            present=tally.present,
            missed=tally.missed,
            incidents=tally.incidents,
        )


def _led_by(counted: Counted, number: int) -> tuple[str, ...]:
    session = counted.group.session(number)
    if session is None or session.stage == "cancelled":
        return ()
    held_by = counted.tally(number).facilitators
    return held_by or session.clinicians or counted.group.led_by(session)
