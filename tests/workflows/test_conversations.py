"""Entities tell each other, on real workflows: each is heard, once, whatever stands in the way."""

import asyncio
from collections import Counter
from uuid import uuid4, uuid5

import pytest
import pytest_asyncio

from activities.contracts import Answer
from domain.events.envelope import event_id_of
from tests.workflows.clinic import Clinic, submission
from tests.workflows.log_of_some import LogOfSome
from tests.workflows.practice import (
    GROUP,
    LEADERS,
    OnWorkflows,
    at_rest,
    bring,
    disagreeing,
    form,
    meet,
    patients,
    register,
    seat,
    seat_events,
    settled,
)
from workflows.client import NotRunning
from workflows.entity import EntityHost
from workflows.messenger import ANSWER_WITHIN, FINISH_WITHIN

ONE, TWO = patients(2)


@pytest_asyncio.fixture
async def practice(clinic: Clinic) -> OnWorkflows:
    """Two clinicians."""
    practice = OnWorkflows(clinic)
    for one in LEADERS:
        await register(practice, one)
    return practice


async def test_a_group_relies_on_its_clinicians_and_they_know_that_they_lead_it(
    practice: OnWorkflows,
) -> None:
    clinic = practice.clinic
    versions = [(await clinic.folded(one)).version for one in LEADERS]

    await form(practice)

    assigned = await clinic.events_of(GROUP, "group.facilitator_assigned")
    relied_on = [one.relied_on for one in assigned]
    assert [known[one] for known, one in zip(relied_on, LEADERS, strict=True)] == versions
    assert [(await clinic.folded(one)).state.groups for one in LEADERS] == [(GROUP,), (GROUP,)]
    assert await disagreeing(clinic) == []


async def test_a_seat_is_asked_for_kept_accepted_and_filled(practice: OnWorkflows) -> None:
    clinic = practice.clinic
    await form(practice)
    await bring(clinic, ONE)
    before = (await clinic.folded(ONE)).version

    await practice.give(ONE, "offer_seat", group_id=GROUP)
    kept = (await clinic.folded(GROUP)).state
    await practice.give(ONE, "accept_seat", offer=1)

    assert await seat_events(clinic, ONE) == [
        "pathway.seat_offer_begun",
        "pathway.seat_offered",
        "pathway.seat_accepted",
        "pathway.seat_filled",
    ]
    assert ([one.pathway_id for one in kept.reservations], kept.members) == ([ONE], ())
    (reserved,) = await clinic.events_of(GROUP, "group.seat_reserved")
    assert set(reserved.relied_on) == {ONE, *LEADERS}
    assert reserved.relied_on[ONE] > before
    group, pathway = (await clinic.folded(GROUP)).state, (await clinic.folded(ONE)).state
    assert [one.pathway_id for one in group.members] == [ONE]
    assert len([one for one in pathway.bookings if one.group_id == GROUP]) == len(group.sessions)
    assert await disagreeing(clinic) == []


async def test_attendance_reaches_the_pathway_of_each_of_eight_members(
    practice: OnWorkflows,
) -> None:
    clinic, members = practice.clinic, patients(8)
    await form(practice)
    await bring(clinic, *members)
    offer, accept = {"group_id": GROUP}, {"offer": 1}
    await asyncio.gather(*(clinic.submit(one, "offer_seat", **offer) for one in members))
    await at_rest(clinic)
    await asyncio.gather(*(clinic.submit(one, "accept_seat", **accept) for one in members))
    await at_rest(clinic)

    await meet(practice, 1, *members[:7])

    attendance = {}
    for one in members:
        (recorded,) = [
            held
            for held in await clinic.events_of(one, "pathway.session_recorded")
            if held.event.model_dump()["group_id"] == GROUP
        ]
        attendance[one] = recorded.event.model_dump()["attendance"]
    assert attendance == {**dict.fromkeys(members[:7], "attended"), members[7]: "missed"}
    told = await settled(clinic, GROUP)
    assert Counter(name.split()[0] for name, outcome, _ in told if outcome == "done") == {
        "lead": 2 * 3,
        "book_group_session": 8 * 6,
        "record_group_session": 8,
        "remind_patient": 8 * 2,
    }
    assert {attempts for _, _, attempts in told} == {1}
    assert await disagreeing(clinic) == []


async def test_of_two_who_ask_for_the_last_seat_one_is_told_why_not(
    practice: OnWorkflows, log: LogOfSome
) -> None:
    clinic = practice.clinic
    await form(practice, capacity=1)
    await bring(clinic, ONE, TWO)
    log.away = {GROUP}
    for one in (ONE, TWO):
        await clinic.submit(one, "offer_seat", group_id=GROUP)

    log.away = set()
    await clinic.pass_time(minutes=1)
    await at_rest(clinic)

    outcomes = [(await seat_events(clinic, one))[-1] for one in (ONE, TWO)]
    assert sorted(outcomes) == ["pathway.seat_not_granted", "pathway.seat_offered"]
    refused = (ONE, TWO)[outcomes.index("pathway.seat_not_granted")]
    (answer,) = await clinic.events_of(refused, "pathway.seat_not_granted")
    assert answer.event.model_dump()["reasons"] == ("group_full",)
    assert (await clinic.types(GROUP)).count("group.seat_reserved") == 1
    assert await disagreeing(clinic) == []


async def test_a_closed_group_hears_that_its_seat_is_given_back_and_ends_again(
    practice: OnWorkflows,
) -> None:
    clinic = practice.clinic
    await form(practice)
    await bring(clinic, ONE, TWO)
    await practice.give(ONE, "offer_seat", group_id=GROUP)
    await seat(practice, TWO)

    await practice.give(GROUP, "close", reason="Nobody else came")

    assert (await seat_events(clinic, ONE))[-1] == "pathway.seat_offer_withdrawn"
    assert "pathway.group_lost" in await clinic.types(TWO)
    assert (await settled(clinic, ONE))[-1][0] == "release_seat"
    assert (await clinic.folded(TWO)).state.bookings == ()
    await clinic.environment.client.get_workflow_handle(GROUP).result()
    assert await disagreeing(clinic) == []


async def test_an_entity_that_does_not_exist_refuses_and_leaves_nothing_behind(
    practice: OnWorkflows,
) -> None:
    clinic, nowhere = practice.clinic, f"group-{uuid4()}"
    await bring(clinic, ONE)

    fill = submission("fill_seat", {"pathway_id": ONE})
    await clinic.entities.wake(nowhere, fill, answer_to=ONE)
    await clinic.environment.client.get_workflow_handle(nowhere).result()

    assert await clinic.events(nowhere) == []
    with pytest.raises(NotRunning):
        await clinic.submit(nowhere, "close", reason="There is none")
    assert await disagreeing(clinic) == []


async def test_an_entity_whose_workflow_was_lost_is_woken_and_told(practice: OnWorkflows) -> None:
    clinic = practice.clinic
    await form(practice)
    await bring(clinic, ONE)
    await clinic.environment.client.get_workflow_handle(GROUP).terminate()

    await seat(practice, ONE)

    assert (await seat_events(clinic, ONE))[-1] == "pathway.seat_filled"
    assert await settled(clinic, ONE) == [("reserve_seat-1", "done", 1), ("fill_seat-1", "done", 1)]
    assert await disagreeing(clinic) == []


async def test_what_is_told_twice_for_want_of_an_answer_happens_once(
    practice: OnWorkflows, log: LogOfSome
) -> None:
    clinic = practice.clinic
    await form(practice)
    await bring(clinic, ONE)
    log.away = {GROUP}
    await clinic.submit(ONE, "offer_seat", group_id=GROUP)

    await clinic.pass_time(seconds=ANSWER_WITHIN.total_seconds() + 60)
    assert (await clinic.folded(ONE)).pending
    log.away = set()
    await clinic.pass_time(minutes=1)
    await at_rest(clinic)

    assert await settled(clinic, ONE) == [("reserve_seat-1", "done", 2)]
    assert (await clinic.types(GROUP)).count("group.seat_reserved") == 1
    assert (await seat_events(clinic, ONE))[-1] == "pathway.seat_offered"
    assert await disagreeing(clinic) == []


async def test_whoever_begins_a_new_run_while_waiting_for_an_answer_gets_it(
    practice: OnWorkflows, log: LogOfSome
) -> None:
    clinic = practice.clinic
    await form(practice)
    await bring(clinic, ONE)
    log.away = {GROUP}
    await clinic.submit(ONE, "offer_seat", group_id=GROUP)

    renewed = asyncio.create_task(clinic.renew(ONE))
    await clinic.pass_time(seconds=FINISH_WITHIN.total_seconds() + 1)
    await renewed
    assert (await clinic.folded(ONE)).pending
    log.away = set()
    await clinic.pass_time(minutes=1)
    await at_rest(clinic)

    assert (await seat_events(clinic, ONE))[-1] == "pathway.seat_offered"
    assert (await clinic.types(GROUP)).count("group.seat_reserved") == 1
    assert await disagreeing(clinic) == []


async def test_an_answer_to_what_nobody_asked_is_never_taken_for_one(
    practice: OnWorkflows,
) -> None:
    clinic = practice.clinic
    await form(practice)
    await bring(clinic, ONE)
    before = await clinic.entities.snapshot(ONE)
    offer = submission("offer_seat", {"group_id": GROUP})
    asking = uuid5(event_id_of(offer.command_id, 0), "reserve_seat-1")

    handle = clinic.environment.client.get_workflow_handle(ONE)
    for effect in (uuid4(), asking):
        early = Answer(effect_id=effect, outcome="refused", reasons=("group_full",))
        await handle.signal(EntityHost.answered, early)
    unmoved = await clinic.entities.snapshot(ONE)
    await clinic.entities.submit(ONE, offer)
    await at_rest(clinic)

    assert unmoved == before
    (settling,) = await clinic.events_of(ONE, "pathway.effect_settled")
    assert settling.event.model_dump()["effect_id"] == asking
    assert (await seat_events(clinic, ONE))[-1] == "pathway.seat_offered"
    assert await disagreeing(clinic) == []


async def test_a_fault_in_the_rules_fails_what_was_told_and_nothing_else(
    practice: OnWorkflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = practice.clinic
    await form(practice)
    await bring(clinic, ONE)

    with monkeypatch.context() as broken:
        broken.setattr("domain.group.seats.SeatReserved", None)
        await practice.give(ONE, "offer_seat", group_id=GROUP)
    await seat(practice, ONE)

    assert await settled(clinic, ONE) == [
        ("reserve_seat-1", "failed", 1),
        ("reserve_seat-2", "done", 1),
        ("fill_seat-2", "done", 1),
    ]
    assert await disagreeing(clinic) == []
