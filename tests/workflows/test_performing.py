"""What is quick is done at once, and told once: the actions that a life on Temporal costs."""

from collections import Counter

import pytest_asyncio
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from tests.workflows.clinic import Clinic
from tests.workflows.practice import (
    GROUP,
    LEADERS,
    OnWorkflows,
    bring,
    form,
    patients,
    register,
    seat,
)

ONE, TWO = patients(2)
SIGNALED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
SCHEDULED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
MARKED = EventType.EVENT_TYPE_MARKER_RECORDED
UNTRIED = "activities that were not attempted in the entity's own turn first"


async def happened(clinic: Clinic, entity: str) -> Counter[int | str]:
    """The events of the history by type. On a busy machine a turn may be too short for some."""
    history = await clinic.environment.client.get_workflow_handle(entity).fetch_history()
    found = Counter[int | str](one.event_type for one in history.events)
    cut_off = sum(_failed(one) for one in history.events if one.event_type == MARKED)
    found[UNTRIED] = found[SCHEDULED] - cut_off
    return found


def _failed(marked: HistoryEvent) -> bool:
    return marked.marker_recorded_event_attributes.HasField("failure")


@pytest_asyncio.fixture
async def practice(clinic: Clinic) -> OnWorkflows:
    practice = OnWorkflows(clinic)
    for one in LEADERS:
        await register(practice, one)
    await form(practice)
    await bring(clinic, ONE)
    return practice


async def test_a_new_member_is_told_of_all_sessions_in_one_signal(practice: OnWorkflows) -> None:
    clinic = practice.clinic
    await practice.give(ONE, "offer_seat", group_id=GROUP)
    before = await happened(clinic, ONE)

    await practice.give(ONE, "accept_seat", offer=1)

    after = await happened(clinic, ONE)
    answer_and_bookings = 2
    assert after[SIGNALED] == before[SIGNALED] + answer_and_bookings
    assert after[UNTRIED] == before[UNTRIED]
    assert len((await clinic.folded(ONE)).state.bookings) == 6


async def test_a_group_reminds_its_members_at_once_and_their_pathways_do_nothing(
    practice: OnWorkflows,
) -> None:
    """Whatever a member's pathway appended would be an action of its own."""
    clinic = practice.clinic
    await bring(clinic, TWO)
    for one in (ONE, TWO):
        await seat(practice, one)
    first = min((await clinic.folded(ONE)).state.bookings, key=lambda one: one.starts_at)
    before = (await happened(clinic, GROUP))[UNTRIED]
    heard = [(await clinic.folded(one)).version for one in (ONE, TWO)]

    await practice.until(first.starts_at)

    due = await clinic.events_of(GROUP, "group.session_reminder_fell_due")
    assert [set(one.event.model_dump()["members"]) for one in due] == [{ONE, TWO}] * 2
    assert await _reminded(clinic) == {f"remind_patient 1 {one} done": 2 for one in (ONE, TWO)}
    assert (await happened(clinic, GROUP))[UNTRIED] == before
    assert [(await clinic.folded(one)).version for one in (ONE, TWO)] == heard


async def _reminded(clinic: Clinic) -> Counter[str]:
    """What came of the group's reminders."""
    settled = [
        one.event.model_dump() for one in await clinic.events_of(GROUP, "group.effect_settled")
    ]
    return Counter(
        f"{one['effect']} {one['outcome']}"
        for one in settled
        if one["effect"].startswith("remind_patient ")
    )
