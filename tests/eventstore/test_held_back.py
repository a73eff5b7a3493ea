"""What holds readers back is visible, and a ticker that dies neither stalls nor skips."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from eventstore.connect import PlainConnection, Pool
from eventstore.settle import run_ticker, settled_changes, tick
from eventstore.store import EventStore
from tests.eventstore.given import a_stream, notes
from workers.embedded.schema import log_figures

pytestmark = pytest.mark.asyncio

Connect = Callable[[], Awaitable[PlainConnection]]
SOON = 30
OFTEN = timedelta(milliseconds=5)


async def test_a_long_writer_is_visible_as_the_watermark_s_age(
    store: EventStore, connect: Connect, log_dsn: str
) -> None:
    ticker, writer = await connect(), await connect()
    await writer.execute("BEGIN")
    await writer.execute("SELECT pg_current_xact_id()")
    await store.append(a_stream(), 0, notes("a"))
    await tick(ticker)

    held_back = await log_figures(log_dsn)
    later = await log_figures(log_dsn)
    assert held_back is not None
    assert later is not None
    assert (held_back.events, held_back.settled_seq) == (1, 0)
    assert later.watermark_age > held_back.watermark_age > timedelta(0)

    await writer.execute("COMMIT")
    await tick(ticker)
    released = await log_figures(log_dsn)
    assert released is not None
    assert (released.settled_seq, released.watermark_age) == (1, timedelta(0))


TICKING = """
import asyncio, sys
from datetime import timedelta
from eventstore.connect import create_pool
from eventstore.settle import run_ticker

async def main():
    pool = await create_pool(sys.argv[1], application_name="ticker")
    print("ticking", flush=True)
    await run_ticker(pool, timedelta(milliseconds=1), asyncio.Event())

asyncio.run(main())
"""


@asynccontextmanager
async def ticking_process(dsn: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", TICKING, dsn, stdout=PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ticking\n"
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_ticker_killed_while_a_candidate_waits_neither_stalls_nor_skips(
    store: EventStore, pool: Pool, connect: Connect, log_dsn: str
) -> None:
    writer, stop = await connect(), asyncio.Event()
    async with asyncio.timeout(SOON), settled_changes(pool, OFTEN) as changes:
        async with ticking_process(log_dsn) as killed:
            await store.append(a_stream(), 0, notes("a"))
            assert await changes.beyond(0) == 1
            await writer.execute("BEGIN")
            late = await EventStore(writer).append(a_stream(), 0, notes("late"))
            early = await store.append(a_stream(), 0, notes("early"))
            await _candidate_waits(pool)
            killed.send_signal(signal.SIGKILL)
            await killed.wait()
        ticker = asyncio.create_task(run_ticker(pool, OFTEN, stop))
        assert await store.read_settled(1, 10) == []
        await writer.execute("COMMIT")
        assert await changes.beyond(early.seqs[0] - 1) == early.seqs[0]
        stop.set()
        await ticker

    read = [event.seq for event in await store.read_settled(0, 10)]
    assert read == [1, *late.seqs, *early.seqs]


async def _candidate_waits(pool: Pool) -> None:
    while await pool.fetchval("SELECT candidate_seq FROM carepath_log.watermark") is None:
        pass
