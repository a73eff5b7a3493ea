"""The settled watermark: what moves it, what holds it back, who is told."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import asyncpg
import pytest

from eventstore.connect import PlainConnection, Pool, create_pool
from eventstore.errors import SequenceBehind, StoreUnavailable
from eventstore.settle import CHANNEL, run_ticker, settled_changes, tick
from eventstore.store import EventStore
from tests.eventstore.given import a_stream, notes

pytestmark = pytest.mark.asyncio

Connect = Callable[[], Awaitable[PlainConnection]]
SOON = 10
NEVER = timedelta(hours=1)


async def test_a_log_that_was_never_written_to_is_settled_at_zero(connect: Connect) -> None:
    assert await tick(await connect()) == 0


async def test_one_tick_settles_what_nobody_holds_back(store: EventStore, connect: Connect) -> None:
    await store.append(a_stream(), 0, notes("a", "b"))
    assert await tick(await connect()) == 2


async def test_an_older_transaction_holds_the_watermark_back_until_it_ends(
    store: EventStore, connect: Connect
) -> None:
    ticker, writer = await connect(), await connect()
    writing = writer.transaction()
    await writing.start()
    await writer.execute("SELECT pg_current_xact_id()")
    await store.append(a_stream(), 0, notes("a"))

    assert [await tick(ticker), await tick(ticker)] == [0, 0]
    await writing.rollback()
    assert await tick(ticker) == 1


async def test_a_number_that_was_given_and_rolled_back_holds_nothing_back(
    store: EventStore, connect: Connect
) -> None:
    ticker, writer = await connect(), await connect()
    with suppress(ZeroDivisionError):
        async with writer.transaction():
            await writer.fetch("SELECT pg_current_xact_id(), nextval('carepath_log.events_seq')")
            raise ZeroDivisionError
    await store.append(a_stream(), 0, notes("a"))

    assert await tick(ticker) == 2
    assert [each.seq for each in await store.read_settled(0, 10)] == [2]


async def test_overlapping_transactions_delay_the_watermark_but_never_stop_it(
    store: EventStore, connect: Connect
) -> None:
    ticker = await connect()
    writers = [await connect(), await connect()]
    await writers[0].execute("BEGIN")
    await writers[0].execute("SELECT pg_current_xact_id()")
    settled = []
    for turn in range(1, 6):
        await store.append(a_stream(), 0, notes("a"))
        await tick(ticker)
        starting, ending = writers[turn % 2], writers[(turn + 1) % 2]
        await starting.execute("BEGIN")
        await starting.execute("SELECT pg_current_xact_id()")
        await ending.execute("COMMIT")
        settled.append(await tick(ticker))

    assert settled == [1, 2, 3, 4, 5]


async def test_settling_inside_a_writing_transaction_is_refused(connect: Connect) -> None:
    connection = await connect()
    await connection.execute("BEGIN")
    await connection.execute("SELECT pg_current_xact_id()")
    with pytest.raises(asyncpg.ActiveSQLTransactionError):
        await tick(connection)


async def test_an_idle_tick_writes_nothing(store: EventStore, connect: Connect) -> None:
    ticker = await connect()
    await store.append(a_stream(), 0, notes("a"))
    await tick(ticker)
    before = await ticker.fetchval("SELECT xmin::text || ctid FROM carepath_log.watermark")

    await tick(ticker)

    assert before == await ticker.fetchval("SELECT xmin::text || ctid FROM carepath_log.watermark")


async def test_two_tickers_at_once_never_move_the_watermark_back(
    store: EventStore, connect: Connect
) -> None:
    tickers = [await connect() for _ in range(4)]
    seen: list[int] = []

    async def ticking(ticker: PlainConnection) -> None:
        while not seen or seen[-1] < 200:
            await tick(ticker)
            async with lock:
                seen.append((await store.watermark()).settled_seq)

    lock = asyncio.Lock()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for ticker in tickers:
            group.create_task(ticking(ticker))
        for _ in range(100):
            await store.append(a_stream(), 0, notes("a", "b"))

    assert seen == sorted(seen)
    assert len(await store.read_settled(0, 1000)) == 200


HERE = "(SELECT system_identifier FROM pg_control_system())"


@pytest.mark.parametrize(
    "stale",
    [
        "candidate_cluster = 1, candidate_xid = '3'",
        f"candidate_cluster = {HERE}, candidate_xid = '9000000000000'",
    ],
    ids=["another cluster", "not yet given here"],
)
async def test_a_candidate_from_elsewhere_is_discarded(
    store: EventStore, connect: Connect, stale: str
) -> None:
    ticker, writer = await connect(), await connect()
    await store.append(a_stream(), 0, notes("a"))
    await ticker.execute(f"UPDATE carepath_log.watermark SET candidate_seq = 1, {stale}")  # noqa: S608
    async with writer.transaction():
        await writer.execute("SELECT pg_current_xact_id()")
        assert await tick(ticker) == 0
    assert await tick(ticker) == 1


async def test_a_sequence_behind_the_watermark_is_reported(
    store: EventStore, connect: Connect
) -> None:
    ticker = await connect()
    await store.append(a_stream(), 0, notes("a", "b"))
    await tick(ticker)
    await ticker.execute("SELECT setval('carepath_log.events_seq', 1)")

    with pytest.raises(SequenceBehind, match="restore the dump again"):
        await tick(ticker)


async def test_listeners_are_told_once_when_the_watermark_moves(
    store: EventStore, connect: Connect
) -> None:
    ticker, listening = await connect(), await connect()
    heard: asyncio.Queue[object] = asyncio.Queue()
    await listening.add_listener(CHANNEL, lambda *said: heard.put_nowait(said[-1]))
    await store.append(a_stream(), 0, notes("a", "b", "c"))

    for _ in range(3):
        await tick(ticker)
    await ticker.execute(f"NOTIFY {CHANNEL}, 'end'")

    assert [await asyncio.wait_for(heard.get(), SOON) for _ in range(2)] == ["3", "end"]


async def test_a_waiting_reader_wakes_when_the_watermark_passes_its_checkpoint(
    store: EventStore, pool: Pool, connect: Connect
) -> None:
    ticker = await connect()
    async with settled_changes(pool, poll_every=NEVER) as changes:
        waiting = asyncio.create_task(changes.beyond(1))
        await store.append(a_stream(), 0, notes("a"))
        await tick(ticker)
        await store.append(a_stream(), 0, notes("b"))
        await tick(ticker)
        assert await asyncio.wait_for(waiting, SOON) == 2
        assert await changes.beyond(0) == 2


async def test_a_waiting_reader_looks_by_itself_when_no_notification_comes(
    pool: Pool, connect: Connect
) -> None:
    silent = await connect()
    async with settled_changes(pool, poll_every=timedelta(milliseconds=5)) as changes:
        waiting = asyncio.create_task(changes.beyond(0))
        await silent.execute("UPDATE carepath_log.watermark SET settled_seq = 1")
        assert await asyncio.wait_for(waiting, SOON) == 1


async def test_a_waiting_reader_learns_that_the_store_is_gone(pool: Pool, connect: Connect) -> None:
    async with settled_changes(pool, poll_every=timedelta(milliseconds=5)) as changes:
        waiting = asyncio.create_task(changes.beyond(0))
        await end_sessions(await connect(), "carepath")
        with pytest.raises(StoreUnavailable):
            await asyncio.wait_for(waiting, SOON)


async def test_the_ticker_settles_until_it_is_told_to_stop_and_survives_a_lost_connection(
    store: EventStore, pool: Pool, connect: Connect, log_dsn: str
) -> None:
    stop = asyncio.Event()
    own = await create_pool(log_dsn, application_name="ticker")
    ticker = asyncio.create_task(run_ticker(own, timedelta(milliseconds=5), stop))
    async with settled_changes(pool, timedelta(milliseconds=5)) as changes:
        await store.append(a_stream(), 0, notes("a"))
        assert await asyncio.wait_for(changes.beyond(0), SOON) == 1
        await end_sessions(await connect(), "ticker")
        await store.append(a_stream(), 0, notes("b"))
        assert await asyncio.wait_for(changes.beyond(1), SOON) == 2
    stop.set()
    await asyncio.wait_for(ticker, SOON)
    await own.close()


async def end_sessions(connection: PlainConnection, application: str) -> None:
    await connection.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = $1",
        application,
    )
