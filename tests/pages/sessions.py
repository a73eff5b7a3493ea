"""Groups of the demo clinic whose session is now, for the tests that run one."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from domain.actor import Role
from domain.fold import fold
from domain.group import GROUP, Group
from domain.group.state import Session
from tests.pages.desk import Desk

BEGAN = timedelta(minutes=16)
"""So long ago the session was to begin: it may be recorded as held."""

SERVED = ("FL", "CA", "IN", "AZ", "SC")
"""The states in which the demo's patients live."""


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


async def covered(session: Running) -> None:
    """Have two who lead nothing else stand in: the facilitators may lead another group just now."""
    for instead_of in (await session.group()).facilitators:
        stand_in = f"clinician-{uuid4()}"
        session.desk.entities.awake.add(stand_in)
        submit, held = session.desk.submit, {"number": "T-1", "since": "2020-01-01"}
        await submit(stand_in, "register", programme="mbt-g@1", name="Stand-in Example")
        await submit(stand_in, "record_credential", kind="mbt", until="2100-01-01", **held)
        for state in SERVED:
            await submit(stand_in, "record_licence", state=state, until="2100-01-01", **held)
        named = {"clinician_id": stand_in, "instead_of": instead_of}
        await submit(session.group_id, "name_substitute", session=session.number, **named)


async def running(desk: Desk, place: int) -> Running:
    """The next session of a group, moved to a while ago, as if that had been said earlier.

    Each test that runs a session takes a group of its own: no two sessions of one overlap.
    """
    group_id = (await groups_by_size(desk))[place]
    group: Group = fold(GROUP, await desk.services.store.read_stream(group_id)).state
    now = desk.now()
    number = group.upcoming(now)[0].number
    session = Running(desk, group_id, number)
    await covered(session)
    starts_at = (now - BEGAN).isoformat()
    with desk.earlier(2 * BEGAN):
        await desk.submit(group_id, "reschedule_session", session=number, starts_at=starts_at)
    return session
