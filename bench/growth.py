"""How the log's table bears growth: plain, in ranges of seq, or in hashes of the stream.

`python -m bench.growth` fills each layout in the server, measures the log's own function and
queries on it, and writes `bench/growth.json`. What was decided stands in docs/adr/0004.
"""

import argparse
import asyncio
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter

from rich.console import Console

from bench.appending import command_of
from bench.log import drop_log, log_on
from bench.report import circumstances_now
from eventstore.connect import Pool, fetch_one
from eventstore.sql import queries_in, query
from eventstore.store import EventStore
from eventstore.stored import StoredEvent
from projections.follow import BATCH
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.logs import configure_logs

RESULTS = Path(__file__).parent / "growth.json"
LAYOUTS = ("plain", "range", "hash")
VERSIONS = 250
"""So many events has each stream before anything is measured."""

APPENDS = 2000
STREAMS = 400
PAGES = 40
AT_ONCE = 1_000_000

statement = queries_in(Path(__file__).parent / "queries" / "growth")
progress = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Grown:
    """What one layout costs at one size; times in microseconds unless they say otherwise."""

    layout: str
    events: int
    fill_s: float
    table_mb: float
    index_mb: float
    append_p50: float
    append_p99: float
    stream_p50: float
    stream_p99: float
    catch_up_per_s: float
    detach_ms: float | None


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.growth", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--layouts", nargs="+", choices=LAYOUTS, default=LAYOUTS)
    parser.add_argument("--folder", type=Path, help="where the server's files go, if not in /tmp")
    chosen = parser.parse_args()
    configure_logs("warning")
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)  # so that the server ends with us
    asyncio.run(_measure(chosen.events, chosen.layouts, chosen.folder))


async def _measure(sizes: Sequence[int], layouts: Sequence[str], folder: Path | None) -> None:
    results: list[dict[str, object]] = []
    circumstances = circumstances_now(fsync=False)
    async with postgres_server(folder) as dsn:
        for events in sizes:
            for layout in layouts:
                async with _grown_log(dsn, layout, events) as (pool, taken):
                    one = await _figures(pool, layout, events, taken)
                progress.print(one)
                results.append(asdict(one))
                document = {"circumstances": circumstances, "measured": results}
                RESULTS.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


@asynccontextmanager
async def _grown_log(dsn: str, layout: str, events: int) -> AsyncIterator[tuple[Pool, float]]:
    """A log of so many settled events in a database of its own, and the seconds it took."""
    name = f"growth_{layout}_{events}"
    async with log_on(dsn, name) as pool:
        begun = perf_counter()
        await _fill(pool, layout, events)
        yield pool, perf_counter() - begun
    await drop_log(dsn, name)


async def _fill(pool: Pool, layout: str, events: int) -> None:
    async with pool.acquire() as connection:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute(f"SET bench.events = {events}")
        await connection.execute("SET maintenance_work_mem = '512MB'")
        await connection.execute(statement(f"make_{layout}"))
        await connection.execute(statement("take_place"))
        for first in range(1, events + 1, AT_ONCE):
            await connection.execute(
                statement("fill"), first, min(first + AT_ONCE - 1, events), timeout=None
            )
            progress.print(f"{layout}: {min(first + AT_ONCE - 1, events):,} events")
        await connection.execute(statement(f"index_{layout}"))
        for part in statement("settle_all").split(";"):
            if part.strip():
                await connection.execute(part)


async def _figures(pool: Pool, layout: str, events: int, taken: float) -> Grown:
    size = await fetch_one(pool, statement("sizes"))
    appending = await _appending(pool, events)
    streaming = await _streaming(pool, events)
    return Grown(
        layout=layout,
        events=events,
        fill_s=round(taken, 1),
        table_mb=round(size["table_bytes"] / 1e6, 1),
        index_mb=round(size["index_bytes"] / 1e6, 1),
        append_p50=_p50(appending),
        append_p99=_p99(appending),
        stream_p50=_p50(streaming),
        stream_p99=_p99(streaming),
        catch_up_per_s=await _catching_up(pool, events),
        detach_ms=await _detaching(pool) if layout == "range" else None,
    )


async def _appending(pool: Pool, events: int) -> list[float]:
    """Seconds of single-event appends to streams of all ages, one after the other."""
    found = await pool.fetch(statement("some_streams"), APPENDS, events)
    streams = {row["stream_id"] for row in found}
    async with pool.acquire() as connection:
        store = EventStore(connection)
        append = [partial(store.append, stream, VERSIONS, command_of(1)) for stream in streams]
        return (await _times(append))[20:]


async def _streaming(pool: Pool, events: int) -> list[float]:
    """Seconds of reading whole streams, as stored."""
    streams = await pool.fetch(statement("some_streams"), STREAMS, events)
    async with pool.acquire() as connection:
        read = partial(connection.fetch, _of_partitions("read_stream"), record_class=StoredEvent)
        return await _times(partial(read, row["stream_id"], 0) for row in streams)


async def _catching_up(pool: Pool, events: int) -> float:
    """Events a second, in pages from all ages of the log."""
    draw = Random(1)  # noqa: S311 - no secret
    places = [draw.randrange(events - BATCH) for _ in range(PAGES)]
    async with pool.acquire() as connection:
        read = partial(connection.fetch, _of_partitions("read_settled"), record_class=StoredEvent)
        taken = await _times(partial(read, after, BATCH) for after in places)
    return round(BATCH / median(taken))


def _of_partitions(name: str) -> str:
    """The log's query, which reads no partitions, for a table that may have some."""
    return query(name).replace("FROM ONLY ", "FROM ")


async def _detaching(pool: Pool) -> float:
    begun = perf_counter()
    await pool.execute(statement("detach_oldest"))
    return round((perf_counter() - begun) * 1000, 1)


async def _times(calls: Iterable[Callable[[], Awaitable[object]]]) -> list[float]:
    taken = []
    for call in calls:
        begun = perf_counter()
        await call()
        taken.append(perf_counter() - begun)
    return taken


def _p50(seconds: Sequence[float]) -> float:
    return round(median(seconds) * 1e6, 1)


def _p99(seconds: Sequence[float]) -> float:
    return round(quantiles(seconds, n=100)[-1] * 1e6, 1)


if __name__ == "__main__":
    main()
    leave(0)
