"""Commands that come at the same time: together to the log, each with its own answer."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from eventstore.connect import PlainConnection
from eventstore.errors import StoreUnavailable, VersionConflict
from eventstore.store import Appended, EventStore
from tests.eventstore.given import a_stream, notes

pytestmark = pytest.mark.asyncio

WRITERS = 40


async def _at_once(*appends: Coroutine[Any, Any, Appended]) -> list[Appended | BaseException]:
    return await asyncio.gather(*appends, return_exceptions=True)


async def test_all_that_come_at_once_are_appended_each_to_its_stream(store: EventStore) -> None:
    streams = [a_stream() for _ in range(WRITERS)]

    answers = await _at_once(*(store.append(stream, 0, notes(stream)) for stream in streams))

    for stream, answer in zip(streams, answers, strict=True):
        [read] = await store.read_stream(stream)
        assert isinstance(answer, Appended)
        assert (answer.seqs, answer.event_ids) == ((read.seq,), (read.event_id,))
        assert (answer.version, answer.repeated) == (1, False)


async def test_they_take_fewer_round_trips_than_there_are_commands(
    store: EventStore, connect: Callable[[], Awaitable[PlainConnection]]
) -> None:
    await _at_once(*(store.append(a_stream(), 0, notes("a")) for _ in range(WRITERS)))

    watching = await connect()
    commits = await watching.fetchval("SELECT count(DISTINCT xmin::text) FROM carepath_log.events")
    assert commits < WRITERS / 2


async def test_one_command_s_conflict_is_no_other_s_concern(store: EventStore) -> None:
    moved_on = a_stream()
    await store.append(moved_on, 0, notes("first"))
    streams = [a_stream() for _ in range(WRITERS)]

    answers = await _at_once(
        *(store.append(stream, 0, notes("a")) for stream in streams),
        store.append(moved_on, 0, notes("second")),
        *(store.append(stream, 0, notes("too late")) for stream in streams),
    )

    conflicts = [one for one in answers if isinstance(one, VersionConflict)]
    assert sorted(one.stream_id for one in conflicts) == sorted([moved_on, *streams])
    assert await store.count() == 1 + WRITERS


async def test_a_repetition_among_others_gets_its_earlier_result(store: EventStore) -> None:
    stream, events = a_stream(), notes("a")
    first = await store.append(stream, 0, events)

    answers = await _at_once(
        *(store.append(a_stream(), 0, notes("b")) for _ in range(WRITERS)),
        store.append(stream, 0, events),
        store.append(stream, 1, events),
    )

    for repeated in answers[WRITERS:]:
        assert repeated == Appended(stream, 1, first.seqs, first.event_ids, repeated=True)


async def test_what_one_command_cannot_store_hinders_no_other(store: EventStore) -> None:
    """A NUL in a programme's name is refused by PostgreSQL, whatever else comes with it."""
    broken = [_with_nul(event) for event in notes("x")]

    answers = await _at_once(
        *(store.append(a_stream(), 0, notes("a")) for _ in range(WRITERS)),
        store.append(a_stream(), 0, broken),
        *(store.append(a_stream(), 0, notes("b")) for _ in range(WRITERS)),
    )

    assert len([one for one in answers if isinstance(one, Appended)]) == 2 * WRITERS
    assert isinstance(answers[WRITERS], Exception)


def _with_nul(event: Any) -> Any:
    return replace(event, programme_version="mbt-g\0@1")


async def test_whoever_gives_up_waiting_takes_nobody_along(store: EventStore) -> None:
    appends = [asyncio.create_task(store.append(a_stream(), 0, notes("a"))) for _ in range(WRITERS)]
    await asyncio.sleep(0)
    for impatient in appends[::2]:
        impatient.cancel()

    answers = await asyncio.gather(*appends[1::2])

    assert [one.version for one in answers] == [1] * (WRITERS // 2)


async def test_commands_to_one_stream_follow_each_other(store: EventStore) -> None:
    stream = a_stream()

    async def in_turn() -> None:
        for version in range(10):
            await store.append(stream, version, notes("a"))

    await asyncio.gather(
        in_turn(), *(store.append(a_stream(), 0, notes("b")) for _ in range(WRITERS))
    )

    read = await store.read_stream(stream)
    assert [event.version for event in read] == list(range(1, 11))
    assert sorted(event.seq for event in read) == [event.seq for event in read]


async def test_all_are_told_when_the_store_is_gone(store: EventStore) -> None:
    pool: Any = store._pool
    await pool.close()

    answers = await _at_once(*(store.append(a_stream(), 0, notes("a")) for _ in range(WRITERS)))

    assert {type(one) for one in answers} == {StoreUnavailable}
