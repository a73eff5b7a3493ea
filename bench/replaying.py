"""Auditing a log of a million events: one pathway, the clinic as of a date, and every row verified.

`python -m bench.replaying` writes `bench/results/replaying.json`. The log is that of an invented
clinic, copied until it is large enough; its content is in clear. The clinic's figures are those of
one process: `events_a_second` by the clock, `events_a_processor_second` by this process's own
processor time, which other work on the machine changes little. Memory is what the process holds
after a quarter of the streams and after all of them. The whole log is sealed and then verified by a
process for each processor, as `carepath audit verify` does.
"""

import argparse
import asyncio
import gc
import json
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import psutil

from audit.log import Log
from audit.replay import Counts, replay, replay_clinic, settled
from audit.verify import Asked, verify
from bench.clinic import MONTHS, SEED, UNTIL, publish, shipped_programme
from bench.kept import keep_figures
from bench.log import dsn_of, log_on, query
from eventstore.connect import Pool
from eventstore.seal.keyring import PUBLIC, ensure_ring, read_ring
from eventstore.seal.sealer import seal_settled
from eventstore.settle import tick
from eventstore.store import EventStore
from projections.follow import Until
from workers.demo.load import load_demo
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.history.log import Log as History
from workers.logs import configure_logs

PATIENTS = 60
TIMES = 20
MEBIBYTE = 1024 * 1024


def main() -> None:
    """Fill, replay, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.replaying", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    chosen = parser.parse_args()
    configure_logs("error")
    asyncio.run(_measure(chosen.events))


async def _measure(events: int) -> None:
    async with postgres_server(fsync=False) as dsn, log_on(dsn, "bench_replaying") as pool:
        log = Log(EventStore(pool), pool)
        begun = perf_counter()
        await _fill(log, events)
        figures = {"fill_s": round(perf_counter() - begun), "disk_mib": await _disk(log.pool)}
        figures |= {**await _one(log), **await _clinic(log)}
        figures |= await _whole(log.pool, dsn_of(dsn, "bench_replaying"))
    print(json.dumps(figures, indent=2))
    keep_figures("replaying", figures)


async def _fill(log: Log, events: int) -> None:
    programme = shipped_programme()
    await publish(log.store, programme)
    await load_demo(History(log.pool), programme.id, PATIENTS, MONTHS, SEED)
    own = await log.store.last_seq()
    for copy in range(1, -(-events // own)):
        await log.pool.execute(query("copy_clinic"), copy, copy, own)
    await log.pool.execute("ANALYZE carepath_log.events")
    await _settle(log.pool)


async def _settle(pool: Pool) -> None:
    """The copies took no numbers of the sequence: it is told of them first."""
    async with pool.acquire() as connection:
        await connection.execute(query("number_copies"))
        await tick(connection)
        await tick(connection)


async def _one(log: Log) -> dict[str, float]:
    """The pathway with most events: as of a date, and as known at one."""
    row = await log.pool.fetchrow(query("longest_pathway"))
    if row is None:
        raise LookupError("the clinic has no pathway")
    taken, busy = [], []
    for _ in range(TIMES):
        begun, before = perf_counter(), process_time()
        await replay(log.store, row["stream_id"], UNTIL, None)
        taken.append(perf_counter() - begun)
        busy.append(process_time() - before)
    return {
        "pathway_events": row["events"],
        "pathway_ms": round(median(taken) * 1000, 1),
        "pathway_processor_ms": round(median(busy) * 1000, 1),
    }


async def _clinic(log: Log) -> dict[str, float]:
    """The clinic as of a date; how much memory it takes is looked at on the way."""
    until = await settled(log, Until(effective=UNTIL - timedelta(days=90)))
    process, counts, rows = psutil.Process(), Counts(), 0
    streams = await log.pool.fetchval("SELECT count(DISTINCT stream_id) FROM carepath_log.events")
    early = 0
    gc.collect()
    begun, before = perf_counter(), process_time()
    async for _ in replay_clinic(log, until, counts):
        rows += 1
        if not early and sum(counts.by_kind.values()) > streams / 4:
            early = process.memory_info().rss
    taken, busy = perf_counter() - begun, process_time() - before
    return {
        "log_events": until.seq or 0,
        "clinic_events": counts.events,
        "clinic_rows": rows,
        "events_a_second": round(counts.events / taken),
        "events_a_processor_second": round(counts.events / busy),
        "memory_after_a_quarter_mib": round(early / MEBIBYTE),
        "memory_after_all_mib": round(process.memory_info().rss / MEBIBYTE),
    }


async def _whole(pool: Pool, dsn: str) -> dict[str, float]:
    """Seal the log, and verify every row of it."""
    apart = ProcessPoolExecutor(mp_context=get_context("forkserver"))
    with TemporaryDirectory() as folder, apart as executor:
        keys = Path(folder)
        ensure_ring(keys)
        begun = perf_counter()
        await seal_settled(pool, keys)
        sealed = perf_counter()
        asked = Asked(dsn, read_ring(keys / PUBLIC), executor=executor)
        found = await verify(asked, lambda _done, _total: None)
        taken = perf_counter() - sealed
    assert found.ok, found.findings
    return {
        "seal_s": round(sealed - begun, 1),
        "verified_events": found.events,
        "verified_a_second": round(found.events / taken),
    }


async def _disk(pool: Pool) -> float:
    size = await pool.fetchval("SELECT pg_database_size(current_database())")
    return round(float(size) / MEBIBYTE)


if __name__ == "__main__":
    main()
    leave(0)
