"""Groups with their seats and sessions, as their pages show them; sessions of patients too."""

from datetime import timedelta

import pytest

from domain.events.group import IncidentLogged, SeatReserved
from domain.events.pathway import SessionRecorded
from domain.group.state import Group
from domain.pathway import PATHWAY, Pathway
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.groups.counted import Counted, evolve
from projections.groups.reading import (
    Place,
    find_group,
    groups_led_by,
    list_groups,
    seats_of_group,
    seats_of_pathway,
    sessions_between,
    sessions_of_group,
)
from projections.groups.seated import PATIENTS_SEATED
from projections.groups.view import GROUPS
from projections.rebuild import rebuild
from projections.sessions import reading
from projections.sessions.view import SESSIONS
from tests.projections.clinic import UNTIL, Clinic, written_clinic
from tests.projections.given import a_life, seeded

DAY = timedelta(days=1)


async def built(store: EventStore, pool: Pool) -> Clinic:
    clinic = await written_clinic(store, pool)
    await rebuild(GROUPS, store, pool)
    await rebuild(SESSIONS, store, pool)
    return clinic


async def test_groups_their_seats_and_sessions_are_as_the_groups_say(
    store: EventStore, pool: Pool
) -> None:
    clinic = await built(store, pool)
    groups: dict[str, Group] = {
        one.id: one.state for one in clinic.entities if one.id.startswith("group-")
    }
    listed = await list_groups(pool, UNTIL, limit=100)
    assert {one.group_id for one in listed} == {
        group_id for group_id, group in groups.items() if group.status == "open"
    }
    for one in listed:
        group = groups[one.group_id]
        upcoming = group.upcoming(UNTIL)
        assert one.next_session_at == (upcoming[0].starts_at if upcoming else None)
        assert (one.taken, one.reserved) == (len(group.members), len(group.reservations))
        seats = await seats_of_group(pool, one.group_id)
        gone = set(clinic.erased)
        members = {one.pathway_id for one in group.members}
        kept = {one.pathway_id for one in group.reservations}
        assert {seat.pathway_id for seat in seats} == members | kept
        assert all(seat.patient_name for seat in seats if seat.pathway_id not in gone)
        for clinician in group.facilitators:
            led = await groups_led_by(pool, UNTIL, clinician)
            assert one.group_id in {each.group_id for each in led}
    assert any(one.taken for one in listed)


async def test_a_session_that_was_held_says_who_led_it_and_how_many_came(
    store: EventStore, pool: Pool
) -> None:
    await built(store, pool)
    (group, *_) = await list_groups(pool, UNTIL, limit=1)
    sessions = await sessions_of_group(pool, group.group_id, limit=500)
    held = [one for one in sessions if one.stage == "held"]
    assert held != []
    assert all(one.present is not None and len(one.facilitators) == 2 for one in held)
    for one in held:
        recorded = await reading.sessions_of_group(pool, one.group_id, one.number)
        present = [each for each in recorded if each.attendance in ("attended", "late")]
        assert len(present) <= (one.present or 0)
        assert {each.clinicians for each in recorded} <= {one.facilitators}
    planned = next(one for one in sessions if one.stage == "planned")
    assert (planned.present, planned.missed) == (None, None)


async def test_pages_of_sessions_follow_each_other(store: EventStore, pool: Pool) -> None:
    await built(store, pool)
    since = UNTIL - 60 * DAY
    everything = await sessions_between(pool, since, UNTIL, limit=1000)
    seen = await sessions_between(pool, since, UNTIL, limit=5)
    while page := await sessions_between(
        pool,
        since,
        UNTIL,
        limit=5,
        after=Place(seen[-1].starts_at, seen[-1].group_id, seen[-1].number),
    ):
        seen += page
    assert seen == everything
    assert len(seen) > 10
    patients = await reading.sessions_between(pool, since, UNTIL, limit=1000)
    attended = await reading.attendance_between(pool, since, UNTIL)
    assert sum(one.sessions for one in attended) == len(patients) > 10


async def test_a_patient_s_sessions_and_seats_are_found(store: EventStore, pool: Pool) -> None:
    clinic = await built(store, pool)
    seated = next(
        one
        for one in clinic.entities
        if one.id.startswith("pathway-") and one.state.group_id and one.id not in clinic.erased
    )
    (seat,) = await seats_of_pathway(pool, seated.id)
    assert (seat.group_id, seat.state) == (seated.state.group_id, "member")
    assert seat.leaves_at == seated.state.treatment_ends_at
    recorded = await store.read_stream(seated.id)
    expected = [one.event.at for one in recorded if isinstance(one.event, SessionRecorded)]
    found = await reading.sessions_of_pathway(pool, seated.id, limit=1000)
    assert [one.held_at for one in found] == sorted(expected, reverse=True)
    group = await find_group(pool, UNTIL, seat.group_id)
    assert group is not None
    assert group.taken > 0


def test_incidents_of_a_session_are_counted_and_nothing_else_is_said_of_them() -> None:
    logged = IncidentLogged(at=UNTIL, session=3, category="alliance_rupture", note="note-1")
    counted = evolve(evolve(Counted(), logged), logged)
    assert counted.tally(3).incidents == 2
    assert "note-1" not in counted.model_dump_json()


def test_a_seat_is_kept_since_it_was_reserved() -> None:
    reserved = SeatReserved(
        at=UNTIL,
        pathway_id="pathway-1",
        offer=1,
        state="FL",
        until=UNTIL + DAY,
        free_at=UNTIL + 2 * DAY,
        staggered=False,
    )
    assert evolve(Counted(), reserved).kept_since("pathway-1") == UNTIL


@pytest.mark.parametrize("seed", range(12))
def test_a_patient_leaves_when_the_pathway_says_that_treatment_ends(seed: int) -> None:
    seated, pathway = PATIENTS_SEATED.state, Pathway()
    for decision in a_life(seeded(seed)):
        for event in decision:
            seated = PATIENTS_SEATED.evolve(seated, event)
            pathway = PATHWAY.evolve(pathway, event)  # type: ignore[arg-type] # its own kind
            assert seated.leaves_at == pathway.treatment_ends_at
