"""Events change shape: what was stored before is read as it is today, on every way of reading."""

import pytest

from domain.events import registry
from domain.events.base import Event
from domain.events.registry import EventType, UnknownEvent
from domain.events.upcasters import Json
from eventstore.connect import Pool
from eventstore.settle import tick
from eventstore.store import EventStore
from tests.eventstore.given import TYPES, WHEN, Finished, command, notes

pytestmark = pytest.mark.asyncio


class NotedInWords(Event):
    """Version 2 of `test.noted`: its text is called words, and their number is counted."""

    words: str
    number: int


def in_words(data: Json) -> Json:
    return {"words": data["text"], "number": len(data["text"].split())}


SECOND = EventType("test.noted", NotedInWords, upcasters=(in_words,))


def know(monkeypatch: pytest.MonkeyPatch, *types: EventType) -> None:
    monkeypatch.setattr(registry, "_BY_NAME", {known.name: known for known in types})
    monkeypatch.setattr(registry, "_BY_MODEL", {known.model: known for known in types})


async def settled(store: EventStore, pool: Pool) -> list[Event]:
    async with pool.acquire() as connection:
        await tick(connection)
    rows = await store.read_settled(0, 10)
    return [each.event for each in await store.decode_all(rows)]


async def test_a_second_version_reads_the_first_and_itself(
    store: EventStore, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.append("pathway-1", 0, notes("two words"))

    know(monkeypatch, SECOND)
    await store.append("pathway-1", 1, command(NotedInWords(at=WHEN, words="one", number=1)))

    read = await store.read_stream("pathway-1")
    assert [each.schema_version for each in read] == [1, 2]
    assert [each.event for each in read] == [
        NotedInWords(at=WHEN, words="two words", number=2),
        NotedInWords(at=WHEN, words="one", number=1),
    ]
    assert await settled(store, pool) == [each.event for each in read]


async def test_a_version_of_a_later_carepath_is_refused_by_its_name(
    store: EventStore, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(monkeypatch, SECOND)
    await store.append("pathway-1", 0, command(NotedInWords(at=WHEN, words="one", number=1)))
    know(monkeypatch, *TYPES)

    for reading in (store.read_stream("pathway-1"), settled(store, pool)):
        with pytest.raises(UnknownEvent, match=r"'test\.noted' version 2"):
            await reading


async def test_a_type_of_a_later_carepath_is_refused_by_its_name(
    store: EventStore, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.append("pathway-1", 0, command(Finished(at=WHEN)))
    know(monkeypatch, SECOND)

    for reading in (store.read_stream("pathway-1"), settled(store, pool)):
        with pytest.raises(UnknownEvent, match=r"'test\.finished' version 1"):
            await reading
