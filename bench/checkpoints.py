"""How long `audit verify` takes when a log has many checkpoints.

`python -m bench.checkpoints --checkpoints 100000` fills a log with as many events, signs it at
every size, and verifies it: in one process, and in one for each processor.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from time import perf_counter

from rich.console import Console

from audit.verify import Asked, verify
from bench.growth import statement
from bench.log import dsn_of, log_on
from bench.report import circumstances_now
from eventstore.connect import Pool
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.keyring import PUBLIC, read_ring, signer
from eventstore.seal.merkle import root
from eventstore.seal.sealer import seal_settled
from eventstore.seal.tiles import Place, reader
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.logs import configure_logs

NAME = "bench_checkpoints"
COLUMNS = ("size", "last_seq", "root", "note", "key_id")

progress = Console(stderr=True, highlight=False)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.checkpoints", description=__doc__)
    parser.add_argument("--checkpoints", type=int, default=100_000)
    chosen = parser.parse_args()
    configure_logs("warning")
    asyncio.run(_measure(chosen.checkpoints))


async def _measure(checkpoints: int) -> None:
    circumstances = circumstances_now(fsync=False)
    with tempfile.TemporaryDirectory(prefix="carepath-bench-") as folder:
        async with postgres_server(fsync=False) as dsn, log_on(dsn, NAME) as pool:
            keys = Path(folder)
            await _fill(pool, checkpoints)
            await seal_settled(pool, keys)
            few = await _seconds(dsn_of(dsn, NAME), keys, 1)
            await _sign_every_size(pool, keys, checkpoints)
            for processes in dict.fromkeys((1, cpu_count() or 1)):
                taken = await _seconds(dsn_of(dsn, NAME), keys, processes)
                progress.print(
                    f"{checkpoints:,} events and checkpoints, {processes} process(es): "
                    f"{taken:.1f} s, of which the checkpoints some "
                    f"{(taken - few / processes) / checkpoints * 1e6:.0f} µs each"
                )
    progress.print(circumstances)


async def _fill(pool: Pool, events: int) -> None:
    await pool.execute(statement("fill"), 1, events, timeout=None)
    await pool.execute("SELECT setval('carepath_log.events_seq', $1)", events)
    await pool.execute("UPDATE carepath_log.watermark SET settled_seq = $1", events)


async def _sign_every_size(pool: Pool, keys: Path, events: int) -> None:
    """The rows that a sealer would have written, had it sealed event by event."""
    rows = await pool.fetch("SELECT level, index, hashes FROM carepath_log.seal_tiles")
    hash_of = cache(reader({Place(row["level"], row["index"]): row["hashes"] for row in rows}))
    there = await pool.fetch("SELECT size FROM carepath_log.seal_checkpoints")
    missing = sorted({*range(1, events + 1)} - {row["size"] for row in there})
    sealing = signer(keys, events)
    key_id = sealing.verifier.key_id

    def records() -> Iterator[tuple[int, int, bytes, str, str]]:
        for size in missing:
            found = root(size, hash_of)
            note = sealing.sign(Checkpoint(sealing.name, size, found).text)
            yield size, size, found, note, key_id

    made = list(records())
    async with pool.acquire() as connection:
        await connection.copy_records_to_table(
            "seal_checkpoints", schema_name="carepath_log", columns=COLUMNS, records=made
        )


async def _seconds(dsn: str, keys: Path, processes: int) -> float:
    with _workers(processes) as executor:
        begun = perf_counter()
        asked = Asked(dsn, read_ring(keys / PUBLIC), executor=executor)
        verified = await verify(asked, lambda _done, _total: None)
        assert verified.ok, verified.findings
        return perf_counter() - begun


@contextmanager
def _workers(processes: int) -> Iterator[ProcessPoolExecutor | None]:
    if processes == 1:
        yield None
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as executor:
        yield executor


if __name__ == "__main__":
    main()
    leave(0)
