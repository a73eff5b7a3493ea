"""What an entity is told is never given up because it could not be heard or decided at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from eventstore.store import EventStore
from tests.ports import folder_ports
from tests.workflows.changed import EARLIER
from tests.workflows.clinic import Clinic, mbt_g
from tests.workflows.log_of_some import LogOfSome
from tests.workflows.practice import (
    GROUP,
    LEADERS,
    OnWorkflows,
    at_rest,
    bring,
    disagreeing,
    form,
    patients,
    register,
    seat_events,
    settled,
)
from workers.temporal import create_worker
from workflows.client import EntityClient
from workflows.deciding import DECISION_ATTEMPTS
from workflows.messenger import ANSWER_WITHIN

(ONE,) = patients(1)
LATER = ANSWER_WITHIN.total_seconds() + 60


async def with_a_group(clinic: Clinic) -> OnWorkflows:
    practice = OnWorkflows(clinic)
    for one in LEADERS:
        await register(practice, one)
    await form(practice)
    await bring(clinic, ONE)
    return practice


async def test_a_fact_that_is_slow_to_look_up_delays_the_answer_and_nothing_else(
    clinic: Clinic, log: LogOfSome
) -> None:
    """Cut off at first, and out of reach as often as it is tried in the entity's own turn."""
    await with_a_group(clinic)
    log.unread = {LEADERS[0]: 2}

    await clinic.submit(ONE, "offer_seat", group_id=GROUP)
    await log.readable.wait()
    await at_rest(clinic)

    assert await settled(clinic, ONE) == [("reserve_seat-1", "done", 1)]
    assert (await seat_events(clinic, ONE))[-1] == "pathway.seat_offered"
    assert await disagreeing(clinic) == []


async def test_a_group_that_somebody_else_writes_to_all_the_time_is_told_again(
    clinic: Clinic, log: LogOfSome
) -> None:
    await with_a_group(clinic)
    log.contested["group.seat_reserved"] = DECISION_ATTEMPTS

    await clinic.submit(ONE, "offer_seat", group_id=GROUP)
    await clinic.pass_time(seconds=LATER)
    await at_rest(clinic)

    assert await settled(clinic, ONE) == [("reserve_seat-1", "done", 2)]
    assert (await clinic.types(GROUP)).count("group.seat_reserved") == 1
    assert (await seat_events(clinic, ONE))[-1] == "pathway.seat_offered"
    assert await disagreeing(clinic) == []


async def test_what_is_told_together_is_taken_in_its_order_although_the_first_has_to_wait(
    clinic: Clinic, log: LogOfSome
) -> None:
    practice = await with_a_group(clinic)
    await practice.give(ONE, "offer_seat", group_id=GROUP)
    log.contested["pathway.session_booked"] = DECISION_ATTEMPTS

    await clinic.submit(ONE, "accept_seat", offer=1)
    await clinic.pass_time(seconds=LATER)
    await at_rest(clinic)

    booked = await clinic.events_of(ONE, "pathway.session_booked")
    starts = [one.event.model_dump()["starts_at"] for one in booked]
    assert len(starts) == 6
    assert starts == sorted(starts)
    assert await disagreeing(clinic) == []


@pytest_asyncio.fixture
async def earlier(
    skipping: WorkflowEnvironment, store: EventStore, tmp_path: Path
) -> AsyncIterator[Clinic]:
    """A clinic whose pathways are still on a build that hears one command at a time."""
    outbox = tmp_path / "outbox"
    ports = folder_ports(store, outbox)
    async with create_worker(skipping.client, store, ports, workflows=EARLIER):
        clinic = Clinic(skipping, EntityClient(skipping.client), store, outbox)
        await clinic.publish(mbt_g())
        yield clinic


async def test_a_run_on_an_earlier_build_hears_one_by_one_what_it_could_not_hear_at_once(
    earlier: Clinic,
) -> None:
    practice = await with_a_group(earlier)
    await practice.give(ONE, "offer_seat", group_id=GROUP)
    await earlier.submit(ONE, "accept_seat", offer=1)

    await earlier.pass_time(seconds=LATER)
    await at_rest(earlier)

    booked = [one for one in await settled(earlier, GROUP) if one[0].startswith("book_")]
    assert {(outcome, attempts) for _, outcome, attempts in booked} == {("done", 2)}
    assert len((await earlier.folded(ONE)).state.bookings) == len(booked) == 6
    assert await disagreeing(earlier) == []
