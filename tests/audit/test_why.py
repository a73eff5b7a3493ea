"""Why an event is there: its command, its guards, and the tree of what led to it and followed."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest_asyncio

from audit.causes import Place
from audit.guarding import Guard, watched
from audit.log import Log, Stream
from audit.why import Asking, Node, Why
from domain.actor import Actor
from domain.decider import Reason, Rejected
from domain.events.envelope import Origin, new_events
from domain.events.programme import Published
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.follow import Until
from tests.domain.histories import SHIPPED
from tests.projections.demo import demo_clinic, write
from tests.projections.given import settle
from tests.web.api import Api
from tests.web.conftest import api, clinic, clock, definition, entities, services

__all__ = ("api", "clinic", "clock", "definition", "entities", "services")

ADMINISTRATOR = Actor(subject="an-administrator", role="administrator")


@pytest_asyncio.fixture
async def log(pool: Pool, store: EventStore) -> Log:
    lived = demo_clinic(10, 8)
    published = Published(at=lived.now, definition=SHIPPED)
    origin = Origin(command_id=uuid4(), actor=ADMINISTRATOR)
    await store.append("programme-mbt-g", 0, new_events([published], origin))
    await write(lived, store, pool)
    return Log(store, pool)


async def explained(log: Log, name: str, nth: int = 0) -> tuple[Why, Stream]:
    """Why the nth event of a type is there."""
    kind = name.partition(".")[0]
    found = [
        (one, stream)
        async for stream in log.streams(Until(seq=10**9), kind)
        for one in stream
        if one.type == name
    ]
    event, stream = found[nth]
    place = Place(event.stream_id, event.version, event.seq)
    return await Asking(log).why(place, stream), stream


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for one in node.led_to:
        yield from nodes(one)


async def test_a_phase_names_who_asked_and_every_guard_that_was_checked(log: Log) -> None:
    why, _ = await explained(log, "pathway.phase_entered", -1)
    assert (why.command, why.certain, why.conforms) == ("enter_phase", False, True)
    assert why.data["phase"]
    assert {"not_closed", "not_in_future", "phase_reachable"} <= {one.name for one in why.guards}
    assert all(one.holds for one in why.guards)
    assert why.programme == "mbt-g@1"


async def test_an_escalation_is_traced_back_to_the_measure_that_flagged_the_risk(
    log: Log,
) -> None:
    why, _ = await explained(log, "escalation.opened")
    assert (why.command, why.certain) == ("open", True)
    assert why.tree.entity_id.startswith("pathway-")
    assert "pathway.risk_raised" in why.tree.types
    [asked] = [one for one in nodes(why.tree) if one.asked]
    assert asked.entity_id == why.entity_id
    assert asked in why.tree.led_to
    assert asked.led_to


async def test_a_deadline_is_traced_back_to_the_event_that_set_it(log: Log) -> None:
    why, _ = await explained(log, "pathway.measures_became_overdue")
    assert (why.command, why.certain) == ("meet_deadline", True)
    [asked] = [one for one in nodes(why.tree) if one.asked]
    [cause] = [one for one in nodes(why.tree) if asked in one.led_to]
    assert "pathway.measures_fell_due" in cause.types
    assert cause.effective_at < asked.effective_at
    assert cause.entity_id == asked.entity_id == why.entity_id


async def test_what_followed_is_followed_back_to_the_same_cause(log: Log) -> None:
    """A tree is the same seen from either end."""
    why, _ = await explained(log, "pathway.risk_raised")
    later = [one for one in nodes(why.tree) if one.entity_id.startswith("escalation-")]
    assert later
    for one in later:
        tree = await Asking(log).tree(Place(one.entity_id, one.version, one.seq))
        assert (tree.entity_id, tree.seq) == (why.tree.entity_id, why.tree.seq)


def holding(_value: int) -> Reason | None:
    return None


def failing(value: int) -> Reason | None:
    """Numbers have to be even."""
    return None if inner(value) is None else Reason(code="odd", message="Give an even number.")


def inner(value: int) -> Reason | None:
    return Reason(code="odd", message="Odd.") if value % 2 else None


def not_a_guard(value: int) -> int:
    return value


def test_guards_are_noted_with_what_they_said_and_those_they_ask_are_not() -> None:
    def decide() -> None:
        for one in (holding(1), failing(not_a_guard(1)), failing(1)):
            if one:
                raise Rejected(one)

    holds, fails = watched(decide)
    assert (holds.name, holds.holds, holds.says) == ("holding", True, None)
    assert (fails.name, fails.holds, fails.says) == (
        "failing",
        False,
        "Numbers have to be even.",
    )
    assert isinstance(fails, Guard)


async def test_an_event_is_named_by_its_seq_or_its_id_and_by_nothing_else(
    clinic: Api, pool: Pool
) -> None:
    pathway = await clinic.opened()
    await settle(pool)
    seq = await pool.fetchval(
        "SELECT seq FROM carepath_log.events WHERE stream_id = $1 AND version = 1", pathway
    )
    by_seq: dict[str, Any] = (await clinic.get(f"/api/audit/why/{seq}")).json()
    by_id = (await clinic.get(f"/api/audit/why/{by_seq['event_id']}")).json()
    assert by_seq == by_id
    assert by_seq["command"] == "refer"
    assert "Sample" not in str(by_seq)
    assert (await clinic.get("/api/audit/why/first")).status_code == 400
    assert (await clinic.get("/api/audit/why/999999999999999999999")).status_code == 404
    with clinic.acting_as("supervisor"):
        assert (await clinic.get(f"/api/audit/why/{seq}")).status_code == 403
