"""The groups that meet are drawn once, and again as soon as anything about them is another."""

from datetime import datetime, timedelta

import pytest

from domain.decider import Context
from domain.group.state import Group
from domain.programmes.definition import Definition
from domain.waitlist.drawn import open_group_of
from domain.waitlist.waiting import OpenGroup
from projections.waitlist.reading import Meeting
from tests.domain.groups import FORMED_AT, also, meeting, members
from tests.domain.specification import COORDINATOR
from tests.domain.test_waitlist_drawn import GROUP, STAFF
from web import open_groups
from web.open_groups import OpenGroups

DEFINITION = meeting().context().definition


async def published(_label: str) -> Definition:
    """The one programme that there is here."""
    return DEFINITION


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The groups that were drawn."""
    found: list[str] = []

    def noting(group_id: str, *read: object) -> OpenGroup | None:
        found.append(group_id)
        return open_group_of(group_id, *read)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(open_groups, "open_group_of", noting)
    return found


def met(group: Group) -> Meeting:
    return Meeting(GROUP, group, STAFF)


async def asked(groups: OpenGroups, group: Meeting, now: datetime) -> list[OpenGroup]:
    return await groups.of([group], now, COORDINATOR)


async def test_a_group_is_drawn_once_while_nothing_changes(drawn: list[str]) -> None:
    groups, group = OpenGroups(published), met(meeting().state)
    for minutes in range(3):
        assert await asked(groups, group, FORMED_AT + timedelta(minutes=minutes))
    assert drawn == [GROUP]


async def test_a_group_that_changed_is_drawn_anew_and_one_that_is_gone_is_forgotten(
    drawn: list[str],
) -> None:
    groups, before = OpenGroups(published), met(meeting().state)
    fuller = met(also(meeting(), *members(1, 2)).state)

    [first] = await asked(groups, before, FORMED_AT)
    [then] = await asked(groups, fuller, FORMED_AT)
    assert await groups.of([], FORMED_AT, COORDINATOR) == []
    await asked(groups, fuller, FORMED_AT)

    assert first.free > then.free
    assert len(drawn) == 3


async def test_what_is_kept_is_at_any_time_what_would_be_drawn_then() -> None:
    groups, group = OpenGroups(published), met(also(meeting(), *members(1, 2)).state)
    for hours in range(0, 24 * 21, 5):
        now = FORMED_AT + timedelta(hours=hours)
        fresh = open_group_of(GROUP, group.group, STAFF, Context(now, COORDINATOR, DEFINITION))
        assert await asked(groups, group, now) == ([fresh] if fresh else [])
    assert await asked(groups, group, FORMED_AT) != []
