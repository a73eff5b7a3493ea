"""A stream that was looked at is read on from there, and says what the whole stream says."""

from datetime import UTC, datetime

import pytest

from domain.events.envelope import RecordedEvent
from domain.events.pathway import Erased
from domain.fold import fold
from domain.pathway import PATHWAY
from eventstore.store import EventStore
from tests.projections.given import a_life, a_pathway, as_command, seeded
from web.pages import streams
from web.pages.streams import IDLE, Streams

BEGUN = datetime(2026, 3, 1, tzinfo=UTC)


class Clock:
    now = BEGUN


class Watched(EventStore):
    """A log that notes from which version on streams are read."""

    asked: list[int]

    async def read_stream(self, stream_id: str, after_version: int = 0) -> list[RecordedEvent]:
        self.asked.append(after_version)
        return await super().read_stream(stream_id, after_version)


@pytest.fixture
def log(store: EventStore) -> Watched:
    watched = Watched(store._pool)
    watched.asked = []
    return watched


@pytest.fixture
def known(log: Watched) -> Streams:
    return Streams(log, lambda: Clock.now)


async def test_each_look_says_what_the_whole_stream_says(known: Streams, log: Watched) -> None:
    random = seeded(3)
    pathway, version = a_pathway(random), 0
    for decision in a_life(random, steps=12):
        events = as_command(random, *decision)
        version = (await log.append(pathway, version, events)).version
        seen, whole = await known.of(pathway), await EventStore.read_stream(log, pathway)
        assert seen.events == whole
        assert seen.folded == fold(PATHWAY, whole)


async def test_a_further_look_reads_only_what_came_since(known: Streams, log: Watched) -> None:
    pathway, version = await _begun(log, steps=6)
    await known.of(pathway)
    await known.of(pathway)
    assert log.asked == [0, version]


async def test_a_look_leaves_what_others_look_at_as_it_is(known: Streams, log: Watched) -> None:
    pathway, version = await _begun(log, steps=6)
    first = await known.of(pathway)
    events = list(first.events)
    given_up = as_command(seeded(9), Erased(at=BEGUN, reason="retention_expired"))
    await log.append(pathway, version, given_up)
    await known.of(pathway)
    assert first.events == events


async def test_a_record_that_was_given_up_is_read_anew(known: Streams, log: Watched) -> None:
    pathway, version = await _begun(log, steps=6)
    await known.of(pathway)
    given_up = as_command(seeded(9), Erased(at=BEGUN, reason="retention_expired"))
    await log.append(pathway, version, given_up)
    assert (await known.of(pathway)).folded.state.status == "erased"
    assert log.asked == [0, version, 0]


async def test_what_nobody_looks_at_any_more_is_forgotten(
    known: Streams, log: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway, _ = await _begun(log, steps=6)
    another, _ = await _begun(log, steps=6, seed=5)
    await known.of(pathway)
    monkeypatch.setattr(Clock, "now", BEGUN + IDLE * 2)
    await known.of(another)
    await known.of(pathway)
    assert log.asked == [0, 0, 0]


async def test_no_more_is_known_than_there_is_room_for(
    known: Streams, log: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway, version = await _begun(log, steps=6)
    another, others = await _begun(log, steps=6, seed=5)
    monkeypatch.setattr(streams, "MOST_EVENTS", version + others - 1)
    for one in (pathway, another, another, pathway):
        await known.of(one)
    assert log.asked == [0, 0, others, 0]


async def _begun(log: EventStore, steps: int, seed: int = 3) -> tuple[str, int]:
    """A pathway in the log, and its version."""
    random = seeded(seed)
    pathway, version = a_pathway(random), 0
    for decision in a_life(random, steps=steps):
        events = as_command(random, *decision)
        version = (await log.append(pathway, version, events)).version
    return pathway, version
