"""Reads are recorded whoever else records reads of the same patient at that moment."""

import asyncio
from uuid import uuid4

import pytest

from domain.events.registry import EventType
from eventstore.cipher import PLAINTEXT
from eventstore.connect import Pool
from eventstore.reads import Reading, ReadLog
from eventstore.store import EventStore
from tests.eventstore.given import WHEN, Noted, command

ROUNDS = 40


class Read(Noted):
    """What the log takes for a read, as its type begins with `access.`."""


@pytest.fixture(autouse=True)
def known_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    known = EventType("access.noted", Read)
    monkeypatch.setattr("domain.events.registry._BY_NAME", {known.name: known})
    monkeypatch.setattr("domain.events.registry._BY_MODEL", {known.model: known})


def reading(stream: str, text: str) -> Reading:
    [read] = command(Read(at=WHEN, text=text))
    return Reading(stream, read)


def an_access_stream() -> str:
    return f"access-{uuid4()}"


async def recorded(store: EventStore, stream: str) -> list[str]:
    events = [one.event for one in await store.read_stream(stream)]
    return [one.text for one in events if isinstance(one, Noted)]


async def test_three_at_once_and_another_process_each_get_into_the_log_once(
    pool: Pool, store: EventStore
) -> None:
    stream = an_access_stream()
    here, elsewhere = ReadLog(pool, PLAINTEXT), ReadLog(pool, PLAINTEXT)
    for at in range(ROUNDS):
        await asyncio.gather(
            elsewhere.append([reading(stream, f"{at} elsewhere")]),
            *(here.append([reading(stream, f"{at} {number}")]) for number in range(3)),
        )
    expected = {f"{at} {by}" for at in range(ROUNDS) for by in ("elsewhere", "0", "1", "2")}
    found = await recorded(store, stream)
    assert (len(found), set(found)) == (4 * ROUNDS, expected)


async def test_what_is_appended_at_once_to_several_streams_gets_into_each(
    pool: Pool, store: EventStore
) -> None:
    streams, log = [an_access_stream() for _ in range(4)], ReadLog(pool, PLAINTEXT)
    await asyncio.gather(
        *(log.append([reading(one, f"{turn}") for one in streams]) for turn in range(5))
    )
    for one in streams:
        assert sorted(await recorded(store, one)) == ["0", "1", "2", "3", "4"]
