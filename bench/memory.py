"""What one more cached open pathway costs a worker that holds many: its resident memory.

A third of them are there when it is first looked at: what the first ones bring along, threads and
connections among it, is no pathway's. `python -m bench.memory --patients 400` caches 345 and writes
`bench/results/memory.json`. With `--late 21` the
workflows begin three weeks after the log ends, as after a long outage: every deadline since then is
met at once, and how long that takes is measured too.
"""

import argparse
import asyncio
import gc
import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import psutil

from bench.clinic import publish, shipped_programme
from bench.kept import keep_figures
from bench.living import Living, living, write
from bench.log import log_on
from bench.transitions import temporal
from eventstore.store import EventStore
from tests.long.playing import obliging_outside
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.logs import configure_logs
from workers.temporal import create_worker
from workflows.client import EntityClient

MONTHS = 8
WARM = 1 / 3
AT_ONCE = 16
PATIENCE = timedelta(minutes=3)


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.memory", description=__doc__)
    parser.add_argument("--patients", type=int, default=400, help="of which most are open")
    parser.add_argument("--late", type=int, default=0, help="days since the log ended")
    chosen = parser.parse_args()
    configure_logs("error")
    asyncio.run(_measure(chosen.patients, timedelta(days=chosen.late)))


async def _measure(patients: int, late: timedelta) -> None:
    clinic = await living(datetime.now(UTC) - late, patients, MONTHS, timedelta(0))
    with tempfile.TemporaryDirectory(prefix="carepath-bench-") as name:
        async with (
            postgres_server() as dsn,
            log_on(dsn, "bench_memory") as pool,
            temporal(Path(name)) as client,
        ):
            store = EventStore(pool)
            await publish(store, shipped_programme())
            await write(store, clinic)
            async with create_worker(client, store, obliging_outside()):
                figures = await _figures(EntityClient(client, PATIENCE), clinic, late)
    print(json.dumps(figures, indent=2))
    keep_figures("memory-late" if late else "memory", figures)


async def _figures(entities: EntityClient, clinic: Living, late: timedelta) -> dict[str, float]:
    """Resident memory once some are cached, and once all are, in kB."""
    ids = clinic.open_of("pathway")
    warm = int(len(ids) * WARM)
    await _cache(entities, ids[:warm])
    before, begun, busy = _resident(), perf_counter(), process_time()
    slowest = await _cache(entities, ids[warm:])
    more = len(ids) - warm
    return {
        "late_days": late.days,
        "pathways_before": warm,
        "pathways_more": more,
        "resident_before_kb": round(before),
        "resident_after_kb": round(_resident()),
        "kb_a_pathway": round((_resident() - before) / more, 1),
        "seconds_until_all_are_ready": round(perf_counter() - begun, 1),
        "slowest_seconds": round(slowest, 1),
        "processor_ms_a_pathway": round((process_time() - busy) / more * 1000, 1),
    }


async def _cache(entities: EntityClient, ids: list[str]) -> float:
    """Start them, some at a time, each until it has met what was due; the slowest one's seconds."""
    free = asyncio.Semaphore(AT_ONCE)

    async def begin(id_: str) -> float:
        async with free:
            begun = perf_counter()
            await entities.start(id_)
            await entities.snapshot(id_)
            return perf_counter() - begun

    return max(await asyncio.gather(*(begin(one) for one in ids)))


def _resident() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1000


if __name__ == "__main__":
    main()
    leave(0)
