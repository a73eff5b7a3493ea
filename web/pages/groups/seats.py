"""The seats of a group as a row that one sees at a glance: filled, reserved, free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from projections.groups.reading import Seat

NEW_FOR = timedelta(days=14)
"""So long after joining somebody counts as having joined just now."""

LEAVES_WITHIN = timedelta(weeks=8)
"""So long before the planned end of treatment somebody counts as leaving soon."""

Standing = Literal["member", "reserved", "free"]


@dataclass(frozen=True)
class Place:
    """One seat, numbered from 1; nobody's, if it is free."""

    number: int
    standing: Standing
    seat: Seat | None = None


def places(capacity: int, seats: Sequence[Seat]) -> list[Place]:
    """Every seat of a group: members first, then those reserved, then the free ones."""
    members = [one for one in seats if one.state == "member"]
    reserved = [one for one in seats if one.state != "member"]
    filled = [
        *(Place(at, "member", one) for at, one in enumerate(members, 1)),
        *(Place(at, "reserved", one) for at, one in enumerate(reserved, len(members) + 1)),
    ]
    return filled + [Place(at, "free") for at in range(len(filled) + 1, capacity + 1)]


def marks(capacity: int, taken: int, reserved: int) -> list[Standing]:
    """The same of a group of which only the counts are known."""
    free = max(capacity - taken - reserved, 0)
    counted: tuple[tuple[Standing, int], ...] = (
        ("member", taken),
        ("reserved", reserved),
        ("free", free),
    )
    return [standing for standing, count in counted for _ in range(count)]


def in_words(capacity: int, taken: int, reserved: int) -> str:
    """`6 of 8 filled, 1 reserved, 1 free`."""
    free = max(capacity - taken - reserved, 0)
    told = [f"{taken} of {capacity} filled"]
    told += [f"{reserved} reserved"] if reserved else []
    return ", ".join([*told, f"{free} free" if free else "none free"])


def joined_lately(seats: Sequence[Seat], now: datetime) -> list[Seat]:
    """Members who joined within the last two weeks, the latest first."""
    found = [one for one in seats if one.joined_at and now - one.joined_at <= NEW_FOR]
    return sorted(found, key=lambda one: one.joined_at or now, reverse=True)


def leaving_soon(seats: Sequence[Seat], now: datetime) -> list[Seat]:
    """Members whose treatment is planned to end within eight weeks, the first to leave first."""
    found = [one for one in seats if one.leaves_at and one.leaves_at - now <= LEAVES_WITHIN]
    return sorted(found, key=lambda one: one.leaves_at or now)
