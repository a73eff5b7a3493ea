"""How fast `carepath recover` reads the log: entities a second, beside fetching the same rows.

`python -m bench.recovering --patients 200` writes an encrypted clinic of eight months into a log
and reads it as recovery does, page by page: what no event has closed is open, and whatever one has
is decrypted, decoded and folded, for it may have effects pending. `folded_a_processor_second` is
what folding every stream comes to, which is each entity's own part once it starts. The reference
fetches all rows, stream by stream, and does nothing with them. Starting the workflows is Temporal's
part and in `bench.scale`. The figures go to `bench/results/recovering.json`;
`processor_ms_an_entity` is this process's own, which other work on the machine changes little.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from audit.living import READS_AT_ONCE, living_of, read_all
from bench.clinic import publish, shipped_programme
from bench.kept import keep_figures
from bench.living import living, write
from bench.log import log_on
from eventstore.connect import Pool
from eventstore.sql import query
from eventstore.store import EventStore
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.keys import ensure_keys
from workers.log import encrypted_store
from workers.logs import configure_logs

MONTHS = 8
PAGE = 200
ROUNDS = 5

Reading = Callable[[list[str]], Awaitable[int]]
"""Reads a page of entities and says how many of them live."""


def main() -> None:
    """Write, read, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.recovering", description=__doc__)
    parser.add_argument("--patients", type=int, default=200)
    chosen = parser.parse_args()
    configure_logs("error")
    asyncio.run(_measure(chosen.patients))


async def _measure(patients: int) -> None:
    clinic = await living(datetime.now(UTC), patients, MONTHS, timedelta(0))
    with tempfile.TemporaryDirectory(prefix="carepath-bench-") as folder:
        async with postgres_server(fsync=False) as dsn, log_on(dsn, "bench_recovering") as pool:
            store = encrypted_store(pool, ensure_keys(Path(folder) / "keys"))
            await publish(store, shipped_programme())
            events = await write(store, clinic)
            figures = await _figures(store, pool)
    print(json.dumps(figures := {"events": events, **figures}, indent=2))
    keep_figures("recovering", figures)


async def _figures(store: EventStore, pool: Pool) -> dict[str, float]:
    async def looked_at(page: list[str]) -> int:
        return len(await living_of(store, pool, page))

    async def folded(page: list[str]) -> int:
        return sum(one.lives for one in await read_all(store, page))

    async def fetched(page: list[str]) -> int:
        free = asyncio.Semaphore(READS_AT_ONCE)

        async def fetch(stream_id: str) -> int:
            async with free:
                return len(await pool.fetch(query("read_stream"), stream_id, 0))

        return sum(await asyncio.gather(*(fetch(one) for one in page)))

    living_now, entities = await _through(store, looked_at)
    begun = process_time()
    await _through(store, folded)
    folding = process_time() - begun
    taken, plain, busy = [], [], []
    for _ in range(ROUNDS):
        begun, before = perf_counter(), process_time()
        await _through(store, looked_at)
        taken.append(perf_counter() - begun)
        busy.append(process_time() - before)
        begun = perf_counter()
        await _through(store, fetched)
        plain.append(perf_counter() - begun)
    return {
        "entities": entities,
        "living": living_now,
        "entities_a_second": round(entities / median(taken)),
        "processor_ms_an_entity": round(median(busy) / entities * 1000, 2),
        "entities_a_processor_second": round(entities / median(busy)),
        "folded_a_processor_second": round(entities / folding),
        "fetched_a_second": round(entities / median(plain)),
        "ratio": round(median(a / b for a, b in zip(plain, taken, strict=True)), 2),
    }


async def _through(store: EventStore, read: Reading) -> tuple[int, int]:
    """What reading the whole log page by page found, and how many entities there were."""
    found, entities, after = 0, 0, ""
    while page := await store.streams(None, after, PAGE):
        found += await read(page)
        entities += len(page)
        after = page[-1]
    return found, entities


if __name__ == "__main__":
    main()
    leave(0)
