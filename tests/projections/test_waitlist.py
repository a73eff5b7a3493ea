"""The waitlist says of everybody who waits, and of every group, what their own streams say."""

import pytest

from domain.actor import Actor
from domain.clinician.qualifications import Qualifications, qualifications
from domain.decider import Context
from domain.group import GROUP
from domain.pathway import PATHWAY
from domain.simulation import Clinic
from domain.waitlist.drawn import open_group_of, waiting_of
from domain.waitlist.matching import matches
from domain.waitlist.waiting import OpenGroup, Waiting
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.check import check
from projections.follow import Copy, catch_up, checkpoint
from projections.rebuild import rebuild
from projections.tables import create_copy
from projections.waitlist.forecast import dropping_out, forecast
from projections.waitlist.reading import read_line, read_meetings, read_seats, read_spells
from projections.waitlist.view import WAITLIST
from tests.domain.histories import MBT_G
from tests.projections.demo import UNTIL, demo_clinic, write
from tests.projections.given import settle

ANYBODY = Actor(subject="coordinator-1", role="coordinator")
CONTEXT = Context(now=UNTIL, actor=ANYBODY, programme=MBT_G)


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return demo_clinic()


def waiting_in(clinic: Clinic) -> list[Waiting]:
    """Who waits, from the whole state of every pathway."""
    found = [
        waiting_of(one.id, one.state)
        for one in clinic.entities.values()
        if one.id.startswith(PATHWAY.kind)
    ]
    return sorted((one for one in found if one), key=lambda one: one.pathway_id)


def groups_in(clinic: Clinic) -> list[OpenGroup]:
    """The groups that meet, from the whole state of each and of their facilitators."""
    found = []
    for one in clinic.entities.values():
        if one.id.startswith(f"{GROUP.kind}-"):
            staff = {who: facts_of(clinic, who) for who in one.state.facilitators}
            found.append(open_group_of(one.id, one.state, staff, CONTEXT))
    return sorted((one for one in found if one), key=lambda one: one.group_id)


def facts_of(clinic: Clinic, clinician_id: str) -> Qualifications:
    return qualifications(clinic.entity(clinician_id).state)


@pytest.mark.parametrize("batch", [97, 10_000])
@pytest.mark.usefixtures("catalogue")
async def test_matching_reads_the_same_from_the_view_as_from_all_streams(
    store: EventStore, pool: Pool, clinic: Clinic, batch: int
) -> None:
    await write(clinic, store, pool)
    async with pool.acquire() as connection:
        await create_copy(connection, WAITLIST, WAITLIST.schema)
    copy = Copy(store, pool, WAITLIST, WAITLIST.schema, batch=batch)
    await catch_up(copy, await checkpoint(copy), await settle(pool))

    line = await read_line(pool)
    groups = [
        open_group_of(one.group_id, one.group, one.staff, CONTEXT)
        for one in await read_meetings(pool)
    ]
    meeting = [one for one in groups if one]
    assert line == waiting_in(clinic)
    assert meeting == groups_in(clinic)
    assert matches(line, meeting) == matches(waiting_in(clinic), groups_in(clinic))
    assert meeting
    assert (await check(WAITLIST, store, pool)).differences == 0


async def test_forecast_counts_the_seats_of_slow_open_groups_from_planned_ends_and_the_past(
    store: EventStore, pool: Pool, clinic: Clinic
) -> None:
    await write(clinic, store, pool)
    await rebuild(WAITLIST, store, pool)

    seats = await read_seats(pool, UNTIL)
    spells = await read_spells(pool, UNTIL)

    slow = {
        one.id: one.state
        for one in clinic.entities.values()
        if one.id.startswith(f"{GROUP.kind}-")
        and (one.state.status, one.state.meetings) == ("open", None)
    }
    assert {one.group_id: (one.free, len(one.taken)) for one in seats} == {
        group_id: (group.capacity - group.taken, len(group.members))
        for group_id, group in slow.items()
    }
    ends = {member.pathway_id: member for group in slow.values() for member in group.members}
    planned = sorted(
        end for one in ends if (end := clinic.entity(one).state.treatment_ends_at) is not None
    )
    assert sorted(one.planned_end for g in seats for one in g.taken if one.planned_end) == planned
    assert seats
    assert len(spells) >= sum(len(one.taken) for one in seats)
    for one in forecast(seats, dropping_out(spells), UNTIL, 12):
        assert one.openings[-1].expected >= one.openings[0].expected
    assert await read_seats(pool, UNTIL, "introduction") == []
