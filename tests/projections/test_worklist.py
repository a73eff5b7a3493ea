"""The worklist shows everything that somebody must do, until it is done."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain.events.base import Event
from domain.events.care import TherapistAssigned
from domain.events.group import TaskKind as GroupTaskKind
from domain.events.pathway import Erased, TaskCompleted, TaskKind
from domain.events.records_request import Fulfilled, Received
from domain.events.safety import RiskRaised
from domain.events.seats import SeatAccepted, SeatOfferBegun, SeatOffered
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.rebuild import rebuild
from projections.worklist.reading import (
    FIRST,
    Place,
    ToDo,
    Wanted,
    items_of_kind,
    items_of_subject,
    list_items,
    loads,
)
from projections.worklist.view import WORKLIST
from projections.worklist.why import GROUP_TASKS, PATHWAY_DATES, PATHWAY_TASKS
from tests.domain import escalations, histories
from tests.domain.clinicians import LICENSED, REGISTERED
from tests.domain.histories import FIRST_GROUP, REFERRED_AT, WEEK, task
from tests.domain.test_records_request import ASKED_AT, DUE_AT, RECEIVED
from tests.projections.given import append, settle

PATHWAY = escalations.PATHWAY_ID
THERAPIST = escalations.THERAPIST
REQUEST = "request-8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c12"
DAY = timedelta(days=1)
REVIEW = task(1, "progress_review", FIRST_GROUP)
CONTACT = task(2, "contact_patient", FIRST_GROUP - DAY)


@pytest.fixture
def clinic(store: EventStore, pool: Pool) -> "Given":
    return Given(store, pool)


class Given:
    """A log, and the worklist of it."""

    def __init__(self, store: EventStore, pool: Pool) -> None:
        self.store = store
        self.pool = pool

    async def happened(self, stream: str, *events: Event) -> None:
        await append(self.store, stream, [events])
        await settle(self.pool)
        await rebuild(WORKLIST, self.store, self.pool)

    async def items(self, **wanted: Any) -> list[ToDo]:
        return await list_items(self.pool, Wanted(**wanted), limit=100)

    async def of(self, entity_id: str, source: str | None = None) -> list[str]:
        found = [one for one in await self.items(source=source) if one.entity_id == entity_id]
        return [one.item for one in found]


def test_every_kind_of_task_says_why_and_whose_it_is() -> None:
    assert set(PATHWAY_TASKS) == set(TaskKind.__args__)  # type: ignore[attr-defined]
    assert set(GROUP_TASKS) == set(GroupTaskKind.__args__)  # type: ignore[attr-defined]
    assert all(one.why.endswith(".") for one in (*PATHWAY_TASKS.values(), *PATHWAY_DATES.values()))


async def test_a_task_is_there_with_its_patient_from_when_it_is_opened_until_it_is_done(
    clinic: Given,
) -> None:
    await clinic.happened(PATHWAY, *histories.in_treatment(), REVIEW)
    (item,) = await clinic.items(source="task")
    assert (item.entity_id, item.item, item.kind) == (PATHWAY, "task-1", "progress_review")
    assert (item.patient_name, item.phase) == ("Example, Avery", "introduction")
    assert (item.opened_at, item.due_at) == (FIRST_GROUP, REVIEW.due_at)
    assert item.why == "It is time to review progress."

    await clinic.happened(PATHWAY, TaskCompleted(at=FIRST_GROUP + DAY, task=1, outcome="Done"))
    assert await clinic.items(source="task") == []


async def test_what_falls_to_a_clinician_falls_to_the_therapist_of_the_patient(
    clinic: Given,
) -> None:
    await clinic.happened(PATHWAY, *histories.in_treatment(), REVIEW, CONTACT)
    owners = {one.kind: one.owner for one in await clinic.items(source="task")}
    assert owners == {"progress_review": "clinician", "contact_patient": "coordinator"}

    assigned = TherapistAssigned(at=FIRST_GROUP, assignment=1, clinician_id=THERAPIST)
    await clinic.happened(PATHWAY, assigned)
    mine = await clinic.items(owners=(THERAPIST, "facilitator"), source="task")
    assert [(one.kind, one.role) for one in mine] == [("progress_review", "clinician")]
    both = await clinic.items(owners=(THERAPIST, "coordinator"), source="task")
    assert [one.kind for one in both] == ["contact_patient", "progress_review"]


async def test_dates_that_ask_for_somebody_are_there_before_they_come(clinic: Given) -> None:
    await clinic.happened(PATHWAY, *histories.in_treatment())
    ahead = {one.kind: one.due_at for one in await clinic.items(source="ahead")}
    assert set(ahead) >= {"plan_discharge", "end_treatment", "progress_review"}
    assert ahead["plan_discharge"] < ahead["end_treatment"]
    soon = await clinic.items(until=ahead["progress_review"])
    assert "end_treatment" not in {one.kind for one in soon}


async def test_an_offered_seat_waits_for_an_answer(clinic: Given) -> None:
    offered = SeatOffered(at=FIRST_GROUP, offer=1, group_id="group-1", until=FIRST_GROUP + 3 * DAY)
    until = offered.until
    begun = SeatOfferBegun(at=FIRST_GROUP, offer=1, group_id="group-1", until=until)
    await clinic.happened(PATHWAY, *histories.ready(), begun, offered)
    (item,) = await clinic.items(source="seat_offer")
    assert (item.due_at, item.about) == (FIRST_GROUP + 3 * DAY, "group-1")
    await clinic.happened(PATHWAY, SeatAccepted(at=FIRST_GROUP + DAY, offer=1, group_id="group-1"))
    assert await clinic.items(source="seat_offer") == []


async def test_a_flag_that_no_escalation_took_yet_is_the_supervisors(clinic: Given) -> None:
    flag = RiskRaised(
        at=FIRST_GROUP,
        flag=1,
        escalation_id=escalations.ESCALATION_ID,
        source="c-ssrs",
        level="high",
    )
    await clinic.happened(PATHWAY, *histories.in_treatment(), flag)
    (item,) = await clinic.items(source="flag")
    assert (item.owner, item.level, item.due_at) == ("supervisor", "high", FIRST_GROUP)


async def test_each_response_to_an_escalation_runs_on_its_own_clock_until_it_is_given(
    clinic: Given,
) -> None:
    await clinic.happened(PATHWAY, *histories.in_treatment())
    await clinic.happened(escalations.ESCALATION_ID, *escalations.open_at())
    found = await clinic.items(source="escalation")
    assert [(one.clock, one.due_at - escalations.OPENED_AT) for one in found] == [
        ("acknowledge", timedelta(minutes=15)),
        ("contact", timedelta(hours=1)),
        ("resolve", 7 * DAY),
    ]
    assert {one.owner for one in found} == {escalations.FIRST}
    assert {(one.patient_name, one.level) for one in found} == {("Example, Avery", "high")}

    await clinic.happened(escalations.ESCALATION_ID, *escalations.acknowledged()[2:])
    assert await clinic.of(escalations.ESCALATION_ID) == ["contact", "resolve"]
    await clinic.happened(escalations.ESCALATION_ID, escalations.RESOLVED)
    assert await clinic.of(escalations.ESCALATION_ID) == []


async def test_a_licence_that_ends_is_there_for_its_clinician(clinic: Given) -> None:
    await clinic.happened(THERAPIST, REGISTERED, LICENSED)
    (item,) = await clinic.items(source="expiry")
    assert (item.kind, item.owner, item.role) == ("renew_licence", THERAPIST, "supervisor")
    assert (item.about, item.due_at) == (LICENSED.state, LICENSED.expires_at)


async def test_a_request_for_records_is_there_until_it_is_answered(clinic: Given) -> None:
    await clinic.happened(PATHWAY, *histories.in_treatment())
    received = Received(**{**dict(RECEIVED), "pathway_id": PATHWAY})
    await clinic.happened(REQUEST, received)
    (item,) = await clinic.items(source="records_request")
    assert (item.kind, item.due_at) == ("answer_access_request", DUE_AT)
    assert item.patient_name == "Example, Avery"
    fulfilled = Fulfilled(at=ASKED_AT + DAY, what="The whole record", how="electronic")
    await clinic.happened(REQUEST, fulfilled)
    assert await clinic.items(source="records_request") == []


async def test_pages_follow_each_other_without_gap_or_repetition(clinic: Given) -> None:
    await clinic.happened(PATHWAY, *histories.in_treatment(), REVIEW, CONTACT)
    await clinic.happened(escalations.ESCALATION_ID, *escalations.open_at())
    everything = await clinic.items()
    assert [one.due_at for one in everything] == sorted(one.due_at for one in everything)
    for wanted in (Wanted(), Wanted(owners=tuple({one.owner for one in everything}))):
        seen: list[ToDo] = []
        while page := await list_items(clinic.pool, wanted, limit=2, after=last_of(seen)):
            seen += page
        assert seen == everything


def last_of(seen: Sequence[ToDo]) -> Place:
    return Place(seen[-1].due_at, seen[-1].entity_id, seen[-1].item) if seen else FIRST


async def test_items_are_found_by_kind_patient_phase_and_counted_by_owner(clinic: Given) -> None:
    await clinic.happened(PATHWAY, *histories.in_treatment(), REVIEW, CONTACT)
    await clinic.happened("pathway-other", *histories.referred(), CONTACT)
    contacts = await items_of_kind(clinic.pool, "contact_patient", limit=10)
    assert {one.entity_id for one in contacts} == {PATHWAY, "pathway-other"}
    assert {one.entity_id for one in await items_of_subject(clinic.pool, PATHWAY)} == {PATHWAY}
    assert {one.entity_id for one in await clinic.items(phase="assessment")} == {"pathway-other"}
    until = FIRST_GROUP + WEEK
    (load,) = [
        one for one in await loads(clinic.pool, REVIEW.due_at, until) if one.owner == "coordinator"
    ]
    assert (load.items, load.overdue) == (3, 3), "one is a set of measures"


async def test_an_erased_patient_vanishes_from_the_worklist(clinic: Given) -> None:
    await clinic.happened(PATHWAY, *histories.in_treatment(), REVIEW)
    await clinic.happened(PATHWAY, Erased(at=REFERRED_AT + 999 * WEEK, reason="patient_request"))
    assert await clinic.items() == []
    kept = await clinic.pool.fetchval("SELECT count(*) FROM view_worklist.folded")
    assert (kept, await clinic.pool.fetchval("SELECT count(*) FROM view_worklist.subjects")) == (
        0,
        0,
    )


async def test_an_erasure_that_is_not_finished_is_there_without_a_name(clinic: Given) -> None:
    left = task(1, "finish_erasure", FIRST_GROUP)
    erased = Erased(at=FIRST_GROUP, reason="patient_request")
    await clinic.happened(PATHWAY, *histories.in_treatment(), REVIEW)
    await append(clinic.store, PATHWAY, [[erased]])
    await clinic.happened(PATHWAY, left)
    (item,) = await clinic.items()
    assert (item.kind, item.owner, item.patient_name) == ("finish_erasure", "administrator", None)
    await clinic.happened(PATHWAY, TaskCompleted(at=FIRST_GROUP + DAY, task=1, outcome="Done"))
    assert await clinic.pool.fetchval("SELECT count(*) FROM view_worklist.folded") == 0
