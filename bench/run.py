"""`make bench`: every comparison in one run, on one PostgreSQL and one Temporal server.

It asserts nothing: see README.md for how to read what it prints.
"""

import argparse
import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bench.amounts import FULL, QUICK, Amounts
from bench.appending import appending
from bench.kept import keep_ratios
from bench.log import dsn_of, log_on
from bench.others import others
from bench.plot import draw
from bench.reading import reading
from bench.rebuild import rebuilding
from bench.report import circumstances_now, keep, show
from bench.rounds import Comparison, Measured, measured
from bench.rules import rules
from bench.transitions import transitions
from bench.verifying import verifying
from eventstore.connect import Pool
from eventstore.encryption.key_ring import FileKeyWrapper, ensure_key_ring
from eventstore.encryption.patient_cipher import PatientCipher
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.logs import configure_logs

Results = Callable[[str, Amounts], AsyncIterator[Measured]]

progress = Console(stderr=True, highlight=False)


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything: a minute or two")
    parser.add_argument(
        "--no-fsync",
        action="store_true",
        help="do not wait for the disk: shows the processor's work",
    )
    parser.add_argument("--append", action="store_true", help="only the append, beside the others")
    parser.add_argument("--catch-up", action="store_true", help="only catching up with the log")
    parser.add_argument("--rebuild", action="store_true", help="only the rebuild beside another's")
    parser.add_argument(
        "--rows", type=int, default=0, help="so many events are there before the append is measured"
    )
    parser.add_argument(
        "--keep", metavar="NAME", help="keep the ratios in git too, as bench/results/NAME.json"
    )
    chosen = parser.parse_args()
    configure_logs("warning")
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)  # so that the servers end with us
    amounts = replace(QUICK if chosen.quick else FULL, rows=chosen.rows)
    alone = [_append] * chosen.append + [_catch_up] * chosen.catch_up + [_rebuild] * chosen.rebuild
    asyncio.run(_bench(amounts, alone or [_all], fsync=not chosen.no_fsync, name=chosen.keep))


async def _bench(
    amounts: Amounts, parts: Sequence[Results], *, fsync: bool, name: str | None
) -> None:
    circumstances = {**circumstances_now(fsync=fsync), "rows_before": amounts.rows}
    async with postgres_server(fsync=fsync) as dsn:
        results = [one for part in parts async for one in part(dsn, amounts)]
    show(results, circumstances)
    keep(results, circumstances)
    if name:
        keep_ratios(name, results, circumstances)
    draw(results)


async def _append(dsn: str, amounts: Amounts) -> AsyncIterator[Measured]:
    with tempfile.TemporaryDirectory(prefix="carepath-bench-") as folder:
        async with log_on(dsn, "bench_appending") as pool:
            ensure_key_ring(Path(folder))
            cipher = PatientCipher(pool, FileKeyWrapper(Path(folder)))
            comparisons = await appending(pool, amounts.events, amounts.rows, cipher)
            async for one in _each(comparisons, amounts):
                yield one
            async for one in _beside_others(dsn, pool, amounts):
                yield one


async def _beside_others(dsn: str, pool: Pool, amounts: Amounts) -> AsyncIterator[Measured]:
    address = dsn_of(dsn, "bench_appending")
    async with others(address, pool, amounts.events) as comparisons:
        async for one in _each(comparisons, amounts):
            yield one


async def _catch_up(dsn: str, amounts: Amounts) -> AsyncIterator[Measured]:
    async with log_on(dsn, "bench_catching_up") as pool:
        comparisons = await reading(pool, amounts.patients)
        catching_up = [one for one in comparisons if one.what.startswith("catch up")]
        async for one in _each(catching_up, amounts):
            yield one


async def _rebuild(dsn: str, amounts: Amounts) -> AsyncIterator[Measured]:
    """On the log that `reading` writes; what it compares itself is left to `_all`."""
    async with log_on(dsn, "bench_rebuilding") as pool:
        await reading(pool, amounts.patients)
        async for one in _each(await rebuilding(pool, dsn_of(dsn, "bench_rebuilding")), amounts):
            yield one


async def _all(dsn: str, amounts: Amounts) -> AsyncIterator[Measured]:
    async for one in _each(rules(amounts.patients), amounts):
        yield one
    async for one in _append(dsn, amounts):
        yield one
    async with log_on(dsn, "bench_reading") as pool:
        async for one in _each(await reading(pool, amounts.patients), amounts):
            yield one
        async for one in _each(await rebuilding(pool, dsn_of(dsn, "bench_reading")), amounts):
            yield one
        progress.print("verify")
        with tempfile.TemporaryDirectory(prefix="carepath-bench-") as keys:
            verified = await verifying(pool, dsn_of(dsn, "bench_reading"), Path(keys))
            yield await measured(verified, amounts.rounds)
    with tempfile.TemporaryDirectory(prefix="carepath-bench-") as folder:
        async with (
            log_on(dsn, "bench_transitions") as pool,
            transitions(pool, Path(folder), amounts) as comparisons,
        ):
            async for one in _each(comparisons, amounts):
                yield one


async def _each(comparisons: Iterable[Comparison], amounts: Amounts) -> AsyncIterator[Measured]:
    for comparison in comparisons:
        progress.print(comparison.what)
        yield await measured(comparison, amounts.rounds)


if __name__ == "__main__":
    main()
    leave(0)
