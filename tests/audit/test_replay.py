"""Two clocks: what had happened, what was known, and both answers of the log agreeing."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from audit.comparing import compare, compare_clinic
from audit.log import Log
from audit.replay import PathwayRow, census, replay
from audit.stepping import Asked, Step, steps
from domain.actor import Actor
from domain.decider import Context
from domain.pathway import PATHWAY
from domain.programmes.definition import Definition
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.caseload.view import CASELOAD
from projections.follow import Until
from projections.shown import shown_as_of
from tests.domain.histories import SHIPPED
from tests.projections.demo import demo_clinic, write

INSTANTS = 100
ANYBODY = Actor(subject="a", role="supervisor")


@pytest_asyncio.fixture
async def log(pool: Pool, store: EventStore) -> Log:
    await write(demo_clinic(4, 3), store, pool)
    return Log(store, pool)


@pytest.fixture
def random() -> Random:
    return Random(11)  # noqa: S311 - instants, not secrets


async def look(_label: str) -> Definition:
    return SHIPPED


async def the_longest(log: Log) -> list[Any]:
    streams = [one async for one in log.streams(Until(seq=await log.position()), "pathway")]
    return max(streams, key=len)


async def ends(log: Log) -> tuple[Until, Until]:
    """The first and the last instant, of both clocks."""
    events = [
        one async for stream in log.streams(Until(seq=await log.position())) for one in stream
    ]
    happened = [one.effective_at for one in events]
    recorded = [one.recorded_at for one in events]
    return Until(effective=min(happened), known=min(recorded)), Until(
        effective=max(happened), known=max(recorded)
    )


def between(random: Random, first: datetime | None, last: datetime | None) -> datetime:
    assert first
    assert last
    return first + random.random() * (last - first)


async def test_the_fold_of_streams_agrees_with_the_view_at_a_hundred_random_instants(
    log: Log, random: Random
) -> None:
    first, last = await ends(log)
    differing = set()
    for _ in range(INSTANTS):
        effective = between(random, first.effective, last.effective)
        known = between(random, first.known, last.known) if random.random() < 0.5 else None
        until = Until(effective=effective, known=known)
        rows = await shown_as_of(CASELOAD, log.store, log.pool, until, limit=500)
        folded = (await census(log, effective, known)).pathways
        assert said_by_view(rows) == {one.entity_id: (one.status, one.phase) for one in folded}
        differing.add(tuple((one.entity_id, one.version) for one in folded))
    assert len(differing) > INSTANTS / 5


def said_by_view(rows: Any) -> dict[str, tuple[str, str | None]]:
    return {
        one.row["pathway_id"]: (one.row["status"], one.row["phase"])
        for one in rows
        if one.table == "caseload"
    }


async def test_a_census_of_the_clinic_is_the_replay_of_each_of_its_pathways(log: Log) -> None:
    _, last = await ends(log)
    assert last.effective
    day = last.effective - timedelta(days=40)
    found = await census(log, day, None)
    for row in found.pathways:
        alone = await replay(log.store, row.entity_id, day, None)
        state = alone.folded.state
        assert row == PathwayRow(
            entity_id=row.entity_id,
            status=state.status,
            phase=state.phase,
            version=alone.events[-1].version,
            group_id=state.group_id,
        )
    assert found.by_kind["pathway"] == len(found.pathways) == sum(found.by_status.values()) > 1
    assert found.by_kind["group"] == len(found.groups) > 0


async def test_streams_that_are_longer_than_a_page_stay_whole(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = Until(seq=await log.position())
    whole = [[one.seq for one in stream] async for stream in log.streams(until)]
    monkeypatch.setattr("audit.log.PAGE", 7)
    in_parts = [[one.seq for one in stream] async for stream in log.streams(until)]
    assert whole == in_parts


async def test_nothing_beyond_the_position_counts(log: Log) -> None:
    position = await log.position()
    half = Until(seq=position // 2)
    seqs = [one.seq async for stream in log.streams(half) for one in stream]
    assert sorted(seqs) == list(range(1, position // 2 + 1))


async def stepped(events: list[Any], asked: Asked) -> list[Step]:
    return [one async for one in steps(events[0].stream_id, events, look, asked)]


async def test_each_step_continues_the_one_before_and_ends_in_the_present_state(log: Log) -> None:
    events = await the_longest(log)
    found = await stepped(events, Asked(whole=True))
    present = await replay(log.store, events[0].stream_id, None, None)
    assert found[-1].state == present.folded.state.model_dump(mode="json")
    assert [one.version for one in found] == [one.version for one in events]
    assert {one.path for one in found[0].changes} >= {"status", "programme"}
    assert any(one.deadlines for one in found)
    assert any(each.blocked_by for one in found for each in one.permitted)
    assert any(each.open for one in found for each in one.permitted)
    assert not found[0].decided
    assert not any(one.permitted for one in found if not one.decided)
    assert found[-1].decided
    assert found[-1].permitted == tuple(
        PATHWAY.permitted(
            present.folded.state,
            Context(now=events[-1].effective_at, actor=ANYBODY, programme=SHIPPED),
        )
    )


async def test_a_step_in_the_middle_is_the_same_by_itself(log: Log) -> None:
    events = await the_longest(log)
    every = await stepped(events, Asked())
    alone = await stepped(events, Asked(first=20, last=21))
    assert alone == every[19:21]


async def test_a_difference_holds_what_came_between_and_what_it_made_of_the_state(
    log: Log,
) -> None:
    events = await the_longest(log)
    middle = events[len(events) // 2].effective_at
    found = compare(events[0].stream_id, events, Until(effective=middle), Until())
    late = [one for one in events if one.effective_at > middle]
    assert list(found.came) == late
    assert not found.gone
    assert "sessions" in {one.path.partition(".")[0] for one in found.changes}


async def test_what_was_known_on_two_days_differs_by_what_came_late(log: Log) -> None:
    events = await the_longest(log)
    day = events[-1].effective_at
    known = events[-4].recorded_at
    then, now = Until(effective=day, known=known), Until(effective=day)
    found = compare(events[0].stream_id, events, then, now)
    assert [one.seq for one in found.came] == [one.seq for one in events if one.recorded_at > known]


async def test_the_clinic_differs_only_where_something_counts_on_one_side(log: Log) -> None:
    _, last = await ends(log)
    assert last.effective
    position = await log.position()
    before, after = Until(effective=last.effective - timedelta(days=10)), Until(seq=position)
    found = {one.entity_id: one async for one in compare_clinic(log, before, after)}
    same = [one async for one in compare_clinic(log, after, after)]
    moved: dict[str, int] = {}
    async for stream in log.streams(Until(seq=position)):
        late = sum(one.effective_at > before.effective for one in stream)  # type: ignore[operator]
        if late:
            moved[stream[0].stream_id] = late
    assert {name: one.events for name, one in found.items()} == moved
    assert same == []
