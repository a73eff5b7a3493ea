"""Appending: one command, all or nothing, once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.events.envelope import NewEvent, event_id_of, new_events
from eventstore.batch import Batch, arguments_of, arguments_of_one
from eventstore.cipher import PLAINTEXT
from eventstore.connect import Connection, PlainConnection, Pool
from eventstore.errors import BatchRefused, CommandReused, VersionConflict
from eventstore.sql import query
from eventstore.store import Appended, EventStore
from tests.eventstore.given import COORDINATOR, WHEN, Finished, Noted, a_stream, command, notes

pytestmark = pytest.mark.asyncio


async def test_a_command_s_events_follow_each_other_in_its_stream(store: EventStore) -> None:
    stream, other = a_stream(), a_stream()
    await store.append(stream, 0, notes("a", "b"))
    await store.append(other, 0, notes("x"))

    appended = await store.append(stream, 2, notes("c", "d"))

    read = await store.read_stream(stream)
    assert [event.version for event in read] == [1, 2, 3, 4]
    assert [event.event for event in read] == [Noted(at=WHEN, text=text) for text in "abcd"]
    assert (appended.version, appended.repeated) == (4, False)
    assert [event.seq for event in read][2:] == list(appended.seqs)
    assert [event.event_id for event in read][2:] == list(appended.event_ids)


async def test_the_envelope_comes_back_as_it_was_given(store: EventStore) -> None:
    stream = a_stream()
    origin = command(Finished(at=WHEN))[0].origin.model_copy(
        update={
            "actor": COORDINATOR.model_copy(update={"on_behalf_of": "account-9"}),
            "causation_id": uuid4(),
            "correlation_id": uuid4(),
        }
    )
    given = new_events([Finished(at=WHEN)], origin, "mbt-g@1", {"clinician-1": 12})

    await store.append(stream, 0, given)

    [read] = await store.read_stream(stream)
    assert (read.origin, read.programme_version) == (origin, "mbt-g@1")
    assert read.relied_on == {"clinician-1": 12}
    assert (read.type, read.schema_version, read.effective_at) == ("test.finished", 1, WHEN)
    assert (read.event, read.key_id) == (Finished(at=WHEN), None)


@pytest.mark.parametrize("texts", ["a", "ab"])
async def test_the_same_command_a_hundred_times_at_once_is_one_append(
    store: EventStore, texts: str
) -> None:
    stream, events = a_stream(), notes(*texts)

    results = await asyncio.gather(*(store.append(stream, 0, events) for _ in range(100)))

    assert sorted(result.repeated for result in results) == [False] + [True] * 99
    assert {(result.version, result.seqs, result.event_ids) for result in results} == {
        (len(texts), results[0].seqs, tuple(event.event_id for event in events))
    }
    assert await store.count() == await store.last_seq() == len(texts)


@pytest.mark.parametrize("texts", ["a", "ab"])
async def test_a_repeated_command_finds_its_result_after_the_stream_has_moved_on(
    store: EventStore, texts: str
) -> None:
    stream, events, written = a_stream(), notes(*texts), len(texts)
    first = await store.append(stream, 0, events)
    await store.append(stream, written, notes("later"))

    for expected in (0, written + 1):
        again = await store.append(stream, expected, events)
        assert again == Appended(stream, written, first.seqs, first.event_ids, repeated=True)
    assert await store.count() == written + 1


async def test_a_command_decided_anew_still_gets_its_earlier_result(store: EventStore) -> None:
    stream, command_id = a_stream(), uuid4()
    first = await store.append(stream, 0, notes("a", "b", command_id=command_id))

    again = await store.append(stream, 2, notes("otherwise", command_id=command_id))

    assert (again.version, again.seqs, again.repeated) == (2, first.seqs, True)
    assert await store.count() == 2


async def test_of_two_writers_at_the_same_version_exactly_one_wins(store: EventStore) -> None:
    stream = a_stream()
    for version in range(20):
        outcomes = await asyncio.gather(
            store.append(stream, version, notes("left")),
            store.append(stream, version, notes("right")),
            return_exceptions=True,
        )
        [conflict] = [each for each in outcomes if isinstance(each, VersionConflict)]
        [_] = [each for each in outcomes if isinstance(each, Appended)]
        assert (conflict.stream_id, conflict.expected, conflict.actual) == (
            stream,
            version,
            version + 1,
        )
    assert [event.version for event in await store.read_stream(stream)] == list(range(1, 21))


@pytest.mark.parametrize("expected", [0, 2])
async def test_a_refused_append_takes_no_number(store: EventStore, expected: int) -> None:
    stream = a_stream()
    await store.append(stream, 0, notes("a"))

    with pytest.raises(VersionConflict):
        await store.append(stream, expected, notes("b"))

    assert await store.last_seq() == 1


async def test_a_command_writes_to_one_stream_only(store: EventStore) -> None:
    events = notes("a")
    await store.append(a_stream(), 0, events)

    with pytest.raises(CommandReused):
        await store.append(a_stream(), 0, events)


async def test_a_command_that_writes_to_many_streams_at_once_reaches_one(store: EventStore) -> None:
    events = notes("a")

    outcomes = await asyncio.gather(
        *(store.append(a_stream(), 0, events) for _ in range(10)), return_exceptions=True
    )

    assert sum(isinstance(outcome, CommandReused) for outcome in outcomes) == 9
    assert await store.count() == 1


async def test_several_streams_in_one_transaction_are_written_together_or_not_at_all(
    store: EventStore, pool: Pool
) -> None:
    first, second = sorted([a_stream(), a_stream()])
    await store.append(second, 0, notes("in the way"))

    async with pool.acquire() as connection:
        together = EventStore(connection)
        with pytest.raises(VersionConflict):
            await _append_to_both(connection, together, (first, 0), (second, 0))
        assert await store.read_stream(first) == []
        await _append_to_both(connection, together, (first, 0), (second, 1))

    assert [len(await store.read_stream(stream)) for stream in (first, second)] == [1, 2]


async def _append_to_both(
    connection: Connection, store: EventStore, *places: tuple[str, int]
) -> None:
    async with connection.transaction():
        for stream, version in places:
            await store.append(stream, version, notes("a"))


async def test_the_result_of_a_command_can_be_asked_for(store: EventStore) -> None:
    stream, events = a_stream(), notes("a", "b")
    await store.append(stream, 0, notes("before"))
    appended = await store.append(stream, 1, events)
    await store.append(stream, 3, notes("after"))

    command_id = events[0].origin.command_id
    assert await store.command_result(stream, command_id) == Appended(
        stream, 3, appended.seqs, appended.event_ids, repeated=True
    )
    assert await store.command_result(stream, uuid4()) is None
    assert await store.command_result(a_stream(), command_id) is None


async def test_one_instant_is_recorded_for_a_command_and_time_never_runs_backwards(
    store: EventStore, pool: Pool
) -> None:
    stream = a_stream()
    await store.append(stream, 0, notes("a", "b"))
    await _record_in_an_hour(pool, stream)

    await store.append(stream, 3, notes("d"))
    await store.append(stream, 4, notes("e", "f"))

    first, second, ahead, *rest = [each.recorded_at for each in await store.read_stream(stream)]
    assert first == second < ahead
    assert rest == [ahead] * 3


async def _record_in_an_hour(pool: Pool, stream: str) -> None:
    """What a log looks like after the server's clock was set back."""
    await pool.execute(
        """
        INSERT INTO carepath_log.events (seq, stream_id, version, event_id, type, schema_version,
            recorded_at, effective_at, actor, command_id, data)
        SELECT nextval('carepath_log.events_seq'), stream_id, 3, gen_random_uuid(), type,
            schema_version, recorded_at + $2, effective_at, actor, gen_random_uuid(), data
        FROM carepath_log.events WHERE stream_id = $1 AND version = 2
        """,
        stream,
        timedelta(hours=1),
    )


async def test_nothing_mixed_and_foreign_batches_are_refused(store: EventStore) -> None:
    for batch in ([], [*notes("a"), *notes("b")], notes("a", "b")[1:]):
        with pytest.raises(BatchRefused):
            await store.append(a_stream(), 0, batch)
    assert await store.last_seq() == 0


@pytest.mark.parametrize(("texts", "sent"), [("a", "append_one"), ("ab", "append")])
async def test_an_append_is_one_statement(
    store: EventStore, connect: Callable[[], Awaitable[PlainConnection]], texts: str, sent: str
) -> None:
    await store.append(a_stream(), 0, notes(*texts))

    said = await (await connect()).fetch(
        "SELECT query FROM pg_stat_activity WHERE application_name = 'carepath'"
        " AND datname = current_database()"
    )

    assert [row["query"].strip() for row in said] == [query(sent).strip()]


@pytest.mark.parametrize("texts", ["b", "bc"])
async def test_an_append_has_its_transaction_id_before_its_turn_in_the_stream(
    store: EventStore, connect: Callable[[], Awaitable[PlainConnection]], texts: str
) -> None:
    """So the id is there before any number is taken, which is what settling relies on."""
    stream, first = a_stream(), await connect()
    await first.execute("BEGIN")
    await _append_on(first, stream, notes("a"))
    second = asyncio.create_task(store.append(stream, 1, notes(*texts)))

    assert await _waiting_with_an_id(await connect()) == [True]
    assert await store.last_seq() == 1
    await first.execute("COMMIT")
    assert (await second).version == 1 + len(texts)


async def test_appends_that_go_together_have_their_transaction_id_before_their_turn(
    store: EventStore, pool: Pool, connect: Callable[[], Awaitable[PlainConnection]]
) -> None:
    stream, first = a_stream(), await connect()
    await first.execute("BEGIN")
    await _append_on(first, stream, notes("a"))
    arguments = await arguments_of_one(Batch(stream, 1, notes("b")), PLAINTEXT)
    columns = [[argument] for argument in arguments]
    second = asyncio.create_task(pool.fetch(query("append_several"), *columns))

    assert await _waiting_with_an_id(await connect()) == [True]
    assert await store.last_seq() == 1
    await first.execute("COMMIT")
    assert [row["taken"] for row in await second] == [2]


async def test_a_repetition_that_overlaps_the_first_attempt_gets_its_result(
    store: EventStore, connect: Callable[[], Awaitable[PlainConnection]]
) -> None:
    stream, events, first = a_stream(), notes("a"), await connect()
    await first.execute("BEGIN")
    await _append_on(first, stream, events)
    repetition = asyncio.create_task(store.append(stream, 0, events))
    await _waiting_with_an_id(await connect())

    await first.execute("COMMIT")

    assert (await repetition).repeated is True
    assert await store.count() == 1


async def _append_on(connection: PlainConnection, stream: str, events: list[NewEvent]) -> None:
    await connection.execute(
        query("append"), *await arguments_of(Batch(stream, 0, events), PLAINTEXT)
    )


async def _waiting_with_an_id(watching: PlainConnection) -> list[bool]:
    """Of each session that waits for a lock, once one does: has it a transaction id?"""
    async with asyncio.timeout(10):
        while not (waiting := await watching.fetch(WAITING)):
            pass
    return [row["backend_xid"] is not None for row in waiting]


WAITING = """
    SELECT backend_xid FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def test_the_first_event_s_id_follows_from_the_command(store: EventStore) -> None:
    command_id = uuid4()
    appended = await store.append(a_stream(), 0, notes("a", "b", command_id=command_id))
    assert appended.event_ids == (event_id_of(command_id, 0), event_id_of(command_id, 1))


@pytest.mark.usefixtures("store")
async def test_nobody_s_search_path_puts_an_operator_into_the_append(
    connect: Callable[[], Awaitable[PlainConnection]],
) -> None:
    """The function runs with its owner's rights, so it may call nothing of its caller's."""
    mine = await connect()
    await mine.execute(
        """
        BEGIN;
        CREATE SCHEMA mine;
        CREATE FUNCTION mine.never(integer, integer) RETURNS boolean
            LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$;
        CREATE OPERATOR mine.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = mine.never);
        CREATE FUNCTION mine.nextval(text) RETURNS bigint
            LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$;
        SET search_path = mine, pg_catalog;
        """
    )
    batch = Batch(a_stream(), 0, notes("a"))

    assert await mine.fetchval(query("append_one"), *await arguments_of_one(batch, PLAINTEXT)) == 1
    await mine.execute("ROLLBACK")
