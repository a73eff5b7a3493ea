"""The clinicians' view says who works here, what they may do, and who is called."""

from datetime import date, timedelta

import pytest

from domain.clinician.state import Clinician
from domain.events import clinician as facts
from domain.events.base import Event
from domain.events.on_call import ChainSet, StandInArranged
from domain.on_call.state import chain
from domain.simulation import Clinic
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.check import check
from projections.clinicians.reading import (
    Place,
    find_clinician,
    list_clinicians,
    read_chain,
    read_expiring,
    read_qualifications,
)
from projections.clinicians.view import CLINICIANS
from projections.follow import Copy, catch_up, checkpoint
from projections.rebuild import rebuild
from projections.tables import create_copy
from tests.domain.clinicians import GROUP_ID, ON_CALL_ID, PATHWAY_ID, REGISTERED, REGISTERED_AT
from tests.projections.demo import UNTIL, demo_clinic, write
from tests.projections.given import append, settle

ROBIN = "clinician-00000000-0000-4000-8000-000000000001"
SAM = "clinician-00000000-0000-4000-8000-000000000002"
ALEX = "clinician-00000000-0000-4000-8000-000000000003"
DAY = timedelta(days=1)
TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return demo_clinic()


@pytest.mark.parametrize("batch", [109, 10_000])
@pytest.mark.usefixtures("catalogue")
async def test_clinicians_of_the_demo_clinic_are_as_their_streams_say(
    store: EventStore, pool: Pool, clinic: Clinic, batch: int
) -> None:
    await write(clinic, store, pool)
    async with pool.acquire() as connection:
        await create_copy(connection, CLINICIANS, CLINICIANS.schema)
    copy = Copy(store, pool, CLINICIANS, CLINICIANS.schema, batch=batch)
    await catch_up(copy, await checkpoint(copy), await settle(pool))
    states: dict[str, Clinician] = {
        one.id: one.state for one in clinic.entities.values() if one.id.startswith("clinician-")
    }

    found = await list_clinicians(pool, limit=100)
    assert [one.name for one in found] == sorted(one.name or "" for one in states.values())
    for one in found:
        state = states[one.clinician_id]
        assert (one.caseload, one.groups) == (len(state.patients), state.groups)
        assert ("therapist" in one.roles) == bool(state.patients)
    held = await read_qualifications(pool, list(states), UNTIL.date())
    assert {(one.clinician_id, one.what, one.of, one.until) for one in held} == {
        (who, one.what, one.of, one.until) for who, state in states.items() for one in state.periods
    }
    listed = clinic.entity("oncall-mbt-g").state
    assert await read_chain(pool, "oncall-mbt-g") == chain(listed)
    assert (await check(CLINICIANS, store, pool)).differences == 0


async def build(store: EventStore, pool: Pool, **streams: tuple[Event, ...]) -> None:
    """Streams by the name of a constant above, and the view of them."""
    ids = {"robin": ROBIN, "sam": SAM, "alex": ALEX, "on_call": ON_CALL_ID}
    for name, events in streams.items():
        await append(store, ids[name], [[one] for one in events])
    await settle(pool)
    await rebuild(CLINICIANS, store, pool)


def named(name: str) -> Event:
    return REGISTERED.model_copy(update={"name": name})


def licence(period: int, state: str, until: date) -> Event:
    return facts.LicenceRecorded(
        at=REGISTERED_AT,
        period=period,
        state=state,
        number=f"L-{state}",
        since=date(2025, 1, 1),
        until=until,
    )


async def test_what_somebody_does_is_seen_from_whom_they_answer_to(
    store: EventStore, pool: Pool
) -> None:
    at = REGISTERED_AT + DAY
    taken = facts.PatientTakenOn(at=at, pathway_id=PATHWAY_ID)
    led = facts.GroupLed(at=at, group_id=GROUP_ID)
    await build(
        store,
        pool,
        robin=(named("Robin"), taken, led, facts.CapacitySet(at=at, patients=12)),
        sam=(named("Sam"), taken, facts.PatientHandedOver(at=at, pathway_id=PATHWAY_ID)),
        alex=(named("Alex"), facts.Deactivated(at=at, reason="Left")),
    )
    robin = await find_clinician(pool, ROBIN)
    assert robin is not None
    assert (robin.roles, robin.caseload, robin.capacity) == (("therapist", "facilitator"), 1, 12)
    sam = await find_clinician(pool, SAM)
    assert sam is not None
    assert (sam.roles, sam.caseload, sam.patients) == ((), 0, ())
    [gone] = await list_clinicians(pool, limit=10, status="inactive")
    assert gone.name == "Alex"
    [found] = await list_clinicians(pool, limit=10, name="OB")
    assert found.name == "Robin"
    assert await find_clinician(pool, PATHWAY_ID) is None
    first = await list_clinicians(pool, limit=1)
    after = Place(first[0].name, first[0].clinician_id)
    assert [one.name for one in await list_clinicians(pool, limit=9, after=after)] == [
        "Robin",
        "Sam",
    ]


async def test_licence_says_on_each_day_how_it_stands(store: EventStore, pool: Pool) -> None:
    revoked = facts.LicenceRevoked(
        at=REGISTERED_AT, state="IN", number="L-IN", last_day=TODAY - 9 * DAY, reason="Moved"
    )
    await build(
        store,
        pool,
        robin=(
            named("Robin"),
            licence(1, "FL", TODAY),
            licence(2, "CA", TODAY - DAY),
            licence(3, "AZ", TODAY + 60 * DAY),
            licence(4, "IN", TODAY + 300 * DAY),
            revoked,
        ),
    )
    states = {one.of: one.state for one in await read_qualifications(pool, [ROBIN], TODAY)}
    assert states == {"FL": "expiring", "CA": "expired", "AZ": "valid", "IN": "revoked"}
    early = await read_qualifications(pool, [ROBIN], date(2024, 12, 31))
    assert {one.state for one in early if one.of != "IN"} == {"not_yet"}


async def test_what_was_renewed_does_not_expire(store: EventStore, pool: Pool) -> None:
    ending = (licence(1, "FL", TODAY + DAY), licence(2, "CA", TODAY - DAY))
    renewed = licence(3, "FL", TODAY + 700 * DAY)
    left = facts.Deactivated(at=REGISTERED_AT + DAY, reason="Left")
    await build(
        store,
        pool,
        robin=(named("Robin"), *ending, renewed),
        sam=(named("Sam"), licence(1, "AZ", TODAY), left),
    )
    found = await read_expiring(pool, TODAY)
    assert [(one.name, one.of, one.until) for one in found] == [("Robin", "CA", TODAY - DAY)]
    assert await read_expiring(pool, TODAY + 100 * DAY) == []


async def test_who_stands_in_is_called_for_who_is_absent(store: EventStore, pool: Pool) -> None:
    at = REGISTERED_AT
    away = StandInArranged(
        at=at, stand_in=1, absent=ROBIN, instead=ALEX, since=at + DAY, until=at + 2 * DAY
    )
    await build(store, pool, on_call=(ChainSet(at=at, clinicians=(ROBIN,), supervisor=SAM), away))
    called = await read_chain(pool, ON_CALL_ID)
    assert (called.at(at).clinicians, called.at(at).supervisor) == ((ROBIN,), SAM)
    assert called.at(at + DAY).clinicians == (ALEX,)
    assert (await read_chain(pool, "oncall-other")).clinicians == ()
