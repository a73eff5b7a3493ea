"""Groups of the demo clinic whose session is now, for the tests that run one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.actor import Role
from domain.fold import fold
from domain.group import GROUP, Group
from domain.group.state import Session
from tests.pages.desk import Desk

BEGAN = timedelta(minutes=10)
"""So long ago the session was to begin."""


@dataclass(frozen=True)
class Running:
    """A session of a group that could be opened now."""

    desk: Desk
    group_id: str
    number: int

    @property
    def address(self) -> str:
        return f"/groups/{self.group_id}/sessions/{self.number}"

    async def group(self) -> Group:
        return fold(GROUP, await self.desk.services.store.read_stream(self.group_id)).state

    async def session(self) -> Session:
        found = (await self.group()).session(self.number)
        assert found
        return found

    async def lead(self, role: Role) -> None:
        """Have the first persona of a role stand in, unless they lead the group already."""
        clinician_id = await self.desk.clinician_of(role)
        leading = (await self.group()).facilitators
        if clinician_id not in leading:
            await self.desk.submit(
                self.group_id,
                "name_substitute",
                session=self.number,
                clinician_id=clinician_id,
                instead_of=leading[0],
            )


async def groups_by_size(desk: Desk) -> list[str]:
    """The open groups, the fullest first."""
    store = desk.services.store
    found = [
        (fold(GROUP, await store.read_stream(one)).state, one)
        for one in await store.streams("group", "", 500)
    ]
    meeting = [(len(g.members), one) for g, one in found if g.status == "open" and g.members]
    return [one for _, one in sorted(meeting, reverse=True)]


async def running(desk: Desk, place: int) -> Running:
    """The next session of a group, moved to ten minutes ago, as if that had been said earlier.

    Each test that runs a session takes a group of its own: no two sessions of one overlap.
    """
    group_id = (await groups_by_size(desk))[place]
    group: Group = fold(GROUP, await desk.services.store.read_stream(group_id)).state
    now = datetime.now(UTC)
    earlier, clock = now - 2 * BEGAN, desk.entities.now
    number = group.upcoming(now)[0].number
    desk.entities.now = lambda: earlier
    starts_at = (now - BEGAN).isoformat()
    await desk.submit(group_id, "reschedule_session", session=number, starts_at=starts_at)
    desk.entities.now = clock
    return Running(desk, group_id, number)
