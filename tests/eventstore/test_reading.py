"""Reading streams, pages of streams, and the settled log."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from eventstore.cipher import CLEAR, Key, Keys, Place
from eventstore.connect import Pool
from eventstore.errors import KeyMissing, NotEncrypted
from eventstore.settle import tick
from eventstore.store import EventStore
from eventstore.stored import decode
from tests.eventstore.given import WHEN, Noted, a_stream, notes

pytestmark = pytest.mark.asyncio


async def test_a_stream_is_read_from_any_version_on(store: EventStore) -> None:
    stream = a_stream()
    await store.append(stream, 0, notes("a", "b", "c"))

    assert [each.version for each in await store.read_stream(stream, after_version=1)] == [2, 3]
    assert await store.read_stream(stream, after_version=3) == []
    assert await store.read_stream(a_stream()) == []


async def test_settled_events_come_in_pages_and_unsettled_ones_not_at_all(
    store: EventStore, pool: Pool
) -> None:
    await store.append(a_stream(), 0, notes("a", "b"))
    await store.append(a_stream(), 0, notes("c"))
    assert await store.read_settled(0, 10) == []
    async with pool.acquire() as connection:
        assert await tick(connection) == 3
    await store.append(a_stream(), 0, notes("d"))

    first = await store.read_settled(0, 2)
    rest = await store.read_settled(first[-1].seq, 2)

    assert [each.seq for each in (*first, *rest)] == [1, 2, 3]
    assert [decode(each).event for each in rest] == [Noted(at=WHEN, text="c")]


async def test_the_watermark_says_how_long_readers_have_been_waiting(
    store: EventStore, pool: Pool
) -> None:
    await store.append(a_stream(), 0, notes("a"))
    waiting = await store.watermark()
    assert (waiting.settled_seq, waiting.last_seq) == (0, 1)
    assert (await store.watermark()).age > waiting.age > timedelta(0)

    async with pool.acquire() as connection:
        await tick(connection)

    settled = await store.watermark()
    assert (settled.settled_seq, settled.last_seq, settled.age) == (1, 1, timedelta(0))


async def test_streams_are_paged_through_by_kind_and_altogether(store: EventStore) -> None:
    pathways = sorted(a_stream("pathway") for _ in range(5))
    groups = sorted(a_stream("group") for _ in range(2))
    for stream in (*pathways, *groups, "pathways-1", "path-1"):
        await store.append(stream, 0, notes("a", "b"))

    assert await _all(store, "pathway") == pathways
    assert await _all(store, "group") == groups
    assert await _all(store, "clinician") == []
    assert await _all(store, None) == sorted([*pathways, *groups, "pathways-1", "path-1"])


async def _all(store: EventStore, kind: str | None) -> list[str]:
    found: list[str] = []
    while page := await store.streams(kind, found[-1] if found else "", 2):
        found += page
    return found


async def test_numbers_given_and_events_held_are_counted(store: EventStore) -> None:
    assert (await store.last_seq(), await store.count()) == (0, 0)
    await store.append(a_stream(), 0, notes("a", "b"))
    assert (await store.last_seq(), await store.count()) == (2, 2)


class Turned:
    """A key of these tests: it turns the JSON round and binds it to its place."""

    def __init__(self, key_id: UUID) -> None:
        self.key_id = key_id

    def encrypt(self, place: Place, clear: bytes) -> bytes:
        return _at(place) + clear[::-1]

    def decrypt(self, place: Place, stored: bytes) -> bytes:
        assert stored.startswith(_at(place))
        return stored.removeprefix(_at(place))[::-1]


class Turning:
    """A cipher of these tests: one key for all pathways."""

    def __init__(self, key_id: UUID) -> None:
        self.key = Turned(key_id)

    async def key_for(self, stream_id: str) -> Key:
        return self.key if stream_id.startswith("pathway-") else CLEAR

    async def keys(self, key_ids: AbstractSet[UUID]) -> Keys:
        return dict.fromkeys(key_ids, self.key)

    async def encrypted_since(self, stream_ids: AbstractSet[str]) -> Mapping[str, int]:  # noqa: ARG002 - from the first on
        return {}

    async def destroy(self, stream_id: str) -> datetime:
        raise NotEncrypted(stream_id)


def _at(place: Place) -> bytes:
    return f"{place.stream_id}/{place.version}/{place.type}:".encode()


async def test_a_cipher_gives_each_event_its_place_and_only_it_reads_back(pool: Pool) -> None:
    key_id = uuid4()
    store = EventStore(pool, Turning(key_id))
    stream, group = a_stream("pathway"), a_stream("group")
    await store.append(stream, 0, notes("first"))
    await store.append(stream, 1, notes("a", "b"))
    await store.append(group, 0, notes("clear"))

    read = await store.read_stream(stream)

    assert [each.event for each in read] == [
        Noted(at=WHEN, text=text) for text in ("first", "a", "b")
    ]
    assert {each.key_id for each in read} == {key_id}
    with pytest.raises(KeyMissing) as missing:
        await EventStore(pool).read_stream(stream)
    assert missing.value.key_id == key_id
    assert len(await EventStore(pool).read_stream(group)) == 1
