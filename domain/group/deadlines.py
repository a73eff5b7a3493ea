"""What time itself will cause in a group, and when."""

from collections.abc import Iterator

from domain.decider import Deadline
from domain.group.reminding import reminders_ahead
from domain.group.state import Group


def deadlines(group: Group) -> list[Deadline]:
    """Every instant that the clock must come back to, the earliest first; none once closed."""
    if group.status != "open":
        return []
    found = [*_planning(group), *_offers(group), *_unrecorded(group), *reminders_ahead(group)]
    return sorted(found, key=lambda deadline: (deadline.at, deadline.kind, deadline.subject))


def _planning(group: Group) -> Iterator[Deadline]:
    if group.plan_at:
        yield Deadline(kind="plan_sessions", subject="calendar", at=group.plan_at)


def _offers(group: Group) -> Iterator[Deadline]:
    for one in group.reservations:
        yield Deadline(kind="seat_offer_over", subject=one.pathway_id, at=one.free_at)


def _unrecorded(group: Group) -> Iterator[Deadline]:
    """Sessions of which nobody has said that they were held or cancelled."""
    for one in group.unrecorded:
        if group.task("record_session", str(one.number)) is None:
            yield Deadline(kind="record_session", subject=f"session-{one.number}", at=one.record_by)
