"""The safety board shows every escalation, its limits and what was done about them."""

from collections.abc import Sequence

import pytest

from domain.events.base import Event
from domain.events.escalation import ContactAttempted, Erased, FellOverdue, HandedOver
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.rebuild import rebuild
from projections.safety.reading import (
    Escalated,
    Place,
    escalations_of,
    find_escalation,
    list_open,
    list_resolved,
)
from projections.safety.view import SAFETY
from tests.domain import histories
from tests.domain.escalations import (
    ESCALATION_ID,
    FIRST,
    HOUR,
    MINUTE,
    OPENED_AT,
    PATHWAY_ID,
    SECOND,
    SUPERVISOR,
    acknowledged,
    called,
    open_at,
    resolved,
    signal,
)
from tests.projections.given import append, settle


class Board:
    """A log, and the safety board of it."""

    def __init__(self, store: EventStore, pool: Pool) -> None:
        self.store = store
        self.pool = pool

    async def of(self, *events: Event, escalation_id: str = ESCALATION_ID) -> Escalated:
        await append(self.store, escalation_id, [events])
        await settle(self.pool)
        await rebuild(SAFETY, self.store, self.pool)
        found = await find_escalation(self.pool, escalation_id)
        assert found is not None
        return found


@pytest.fixture
def board(store: EventStore, pool: Pool) -> Board:
    return Board(store, pool)


async def test_an_open_escalation_says_by_when_who_has_to_do_what(board: Board) -> None:
    await append(board.store, PATHWAY_ID, [histories.in_treatment()])
    found = await board.of(*open_at())
    assert (found.patient_name, found.pathway_id) == ("Example, Avery", PATHWAY_ID)
    assert (found.level, found.source, found.status) == ("high", "c-ssrs", "open")
    assert found.acknowledge_by == OPENED_AT + 15 * MINUTE
    assert found.contact_by == OPENED_AT + HOUR
    assert (found.responsible, found.acknowledged_by) == (FIRST, None)
    assert found.due_at == found.acknowledge_by


async def test_the_first_limit_to_acknowledge_stands_however_many_are_called(board: Board) -> None:
    late = OPENED_AT + 15 * MINUTE
    found = await board.of(*open_at(), called(2, SECOND, late, "on_call", 15 * MINUTE))
    assert (found.acknowledge_by, found.responsible) == (late, SECOND)


async def test_whoever_acknowledges_is_named_with_the_time(board: Board) -> None:
    found = await board.of(*acknowledged())
    assert (found.acknowledged_by, found.acknowledged_at) == (FIRST, OPENED_AT + 5 * MINUTE)
    assert found.due_at == found.contact_by


@pytest.mark.parametrize(
    "again",
    [
        signal("high", OPENED_AT + HOUR, anew=True),
        HandedOver(at=OPENED_AT + HOUR, clinician_id=SECOND),
    ],
)
async def test_what_has_to_be_acknowledged_anew_runs_from_the_next_call(
    board: Board, again: Event
) -> None:
    found = await board.of(*acknowledged(), again)
    assert (found.acknowledged_at, found.acknowledge_by) == (None, None)
    found = await board.of(called(2, SECOND, OPENED_AT + HOUR, "on_call", 15 * MINUTE))
    assert found.acknowledge_by == OPENED_AT + HOUR + 15 * MINUTE


async def test_a_limit_that_is_overdue_stands_until_it_is_met(board: Board) -> None:
    due = OPENED_AT + HOUR
    overdue = FellOverdue(
        at=due, what="contact", due_at=due, again_at=due + HOUR, supervisor_id=SUPERVISOR
    )
    found = await board.of(*acknowledged(), overdue)
    assert (found.contact_by, found.overdue, found.due_at) == (due, ("contact",), due)
    reached = ContactAttempted(at=due + MINUTE, how="phone", reached=True)
    found = await board.of(reached)
    assert (found.contact_by, found.overdue) == (None, ())
    assert (found.contacted_at, found.attempts) == (due + MINUTE, 1)


async def test_open_ones_are_in_the_order_of_what_is_due_and_resolved_ones_apart(
    board: Board,
) -> None:
    ids = [f"escalation-{number}" for number in range(4)]
    levels: Sequence[tuple[Event, ...]] = (
        open_at("moderate"),
        open_at("high"),
        open_at("low"),
        resolved(),
    )
    for escalation_id, events in zip(ids, levels, strict=True):
        await board.of(*events, escalation_id=escalation_id)
    seen = [one.escalation_id for one in await list_open(board.pool, limit=10)]
    assert seen == [ids[1], ids[0], ids[2]]
    (first,) = await list_open(board.pool, limit=1)
    rest = await list_open(board.pool, limit=9, after=Place(first.due_at, first.escalation_id))
    assert [one.escalation_id for one in rest] == seen[1:]
    (over,) = await list_resolved(board.pool, limit=10)
    assert (over.escalation_id, over.due_at, over.plan_reviewed) == (ids[3], None, 2)
    assert len(await escalations_of(board.pool, PATHWAY_ID)) == 4


async def test_an_erased_escalation_is_gone(board: Board) -> None:
    await board.of(*resolved())
    await append(board.store, ESCALATION_ID, [[Erased(at=OPENED_AT + 99 * HOUR)]])
    await settle(board.pool)
    await rebuild(SAFETY, board.store, board.pool)
    assert await find_escalation(board.pool, ESCALATION_ID) is None
