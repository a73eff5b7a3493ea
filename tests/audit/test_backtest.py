"""What a changed policy would have decided otherwise, and that the same policy decides the same."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest_asyncio

from audit.backtest import Otherwise, Tally, backtest
from audit.log import Log
from domain.actor import Actor
from domain.events.envelope import Origin, new_events
from domain.events.programme import Published
from domain.programmes.definition import Definition
from eventstore.store import EventStore
from projections.follow import Until
from tests.domain.histories import SHIPPED
from tests.projections.demo import demo_clinic, write
from tests.web.conftest import empty_log

ADMINISTRATOR = Actor(subject="an-administrator", role="administrator")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def log(postgres_dsn: str) -> AsyncIterator[Log]:
    """A clinic's log, which these tests only read."""
    lived = demo_clinic(10, 8)
    published = Published(at=lived.now, definition=SHIPPED)
    origin = Origin(command_id=uuid4(), actor=ADMINISTRATOR)
    async with empty_log(postgres_dsn) as pool:
        store = EventStore(pool)
        await store.append("programme-mbt-g", 0, new_events([published], origin))
        await write(lived, store, pool)
        yield Log(store, pool)


def changed(**policies: Any) -> Definition:
    """The shipped programme with other policies, each `group__name=value`."""
    document = SHIPPED.model_dump(mode="json")
    for place, value in policies.items():
        *around, name = place.split("__")
        inner = document["policies"]
        for one in around:
            inner = inner[one]
        assert name in inner, (place, list(inner))
        inner[name] = value
    return Definition.model_validate(document)


async def run(log: Log, definition: Definition) -> tuple[list[Otherwise], Tally]:
    counts = Tally()
    return [one async for one in backtest(log, definition, Until(), counts)], counts


async def test_the_same_policy_decides_the_same(log: Log) -> None:
    found, counts = await run(log, SHIPPED)
    assert found == []
    assert counts.unexplained == 0
    assert counts.decisions > 1000


async def test_a_longer_seat_offer_moves_every_offer_by_as_much(log: Log) -> None:
    longer = changed(waitlist__seat_offer_lasts="PT100H")
    found, counts = await run(log, longer)
    by_policy = [one for one in found if one.follows_from is None]
    offers = [one for one in by_policy if one.area == "offers"]
    begun = [one async for one in log.streams(Until(seq=10**9), "pathway")]
    made = sum(one.type == "pathway.seat_offer_begun" for stream in begun for one in stream)
    assert sum("pathway.seat_offer_begun" in str(one.moved) for one in offers) == made > 0
    assert all(one.moved for one in offers)
    assert sum(month["offers"] for month in counts.by_month.values()) == len(offers)
    assert counts.entities >= {one.entity_id for one in offers}


async def test_a_shorter_response_moves_the_limits_of_escalations(log: Log) -> None:
    response = SHIPPED.policies.safety.moderate
    shorter = changed(
        safety__moderate=response.model_dump(mode="json") | {"contact_within": "PT12H"}
    )
    found, _ = await run(log, shorter)
    assert found
    by_policy = [one for one in found if one.follows_from is None]
    assert {one.area for one in by_policy} == {"escalations"}
    assert all("limits.contact" in str(one.moved) for one in by_policy)


async def test_a_door_that_would_have_been_shut_says_why(log: Log) -> None:
    document = SHIPPED.model_dump(mode="json")
    phase = next(one for one in document["phases"] if one.get("sessions"))
    sessions = phase["sessions"]
    first = sessions[0] if isinstance(sessions, list) else next(iter(sessions.values()))
    first["at_least"] = (first.get("at_least") or 0) + 1
    found, _ = await run(log, Definition.model_validate(document))
    blocked = [one for one in found if one.area == "transitions"]
    assert blocked
    assert all(one.reasons for one in blocked)
    assert {one.command for one in blocked} & {"enter_phase", "decide_suitability"}


async def test_what_follows_names_the_difference_that_it_follows_from(log: Log) -> None:
    shorter = changed(waitlist__seat_offer_lasts="PT2H")
    found, counts = await run(log, shorter)
    first = {one.seq: one for one in found if one.follows_from is None}
    follow = [one for one in found if one.follows_from is not None]
    assert counts.follow == len(follow) == sum(counts.follow_by_month.values()) > 0
    assert all(one.entity_id == first[one.follows_from].entity_id for one in follow)
    assert all(one.at >= first[one.follows_from].at for one in follow)
    expired = [one for one in follow if "pathway.seat_offer_expired" in one.only_changed]
    refused = [one for one in follow if one.reasons == ("no_offer",)]
    assert {one.entity_id for one in refused} <= {one.entity_id for one in expired}
    assert all(one.seq is None for one in expired)
    assert refused


async def test_a_policy_of_another_programme_concerns_nobody(log: Log) -> None:
    other = SHIPPED.model_copy(update={"id": "other"})
    found, counts = await run(log, other)
    assert (found, counts.decisions) == ([], 0)
