"""Rebuilding the caseload, beside pyeventsourcing's projection runner on the same events."""

import asyncio
from time import perf_counter

from rich.console import Console

from bench import pyeventsourcing
from bench.rounds import Comparison
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.caseload.view import CASELOAD
from projections.rebuild import rebuild

WHAT = "rebuild the caseload, beside a projection runner"

EVERYTHING = 1_000_000
"""Events of the log that are read at most."""

progress = Console(stderr=True, highlight=False)


async def rebuilding(pool: Pool, dsn: str) -> list[Comparison]:
    """The comparison on the settled log behind both.

    None if the package is not here, and a sentence on standard error.
    """
    if not pyeventsourcing.is_here():
        progress.print(f"{WHAT}: left out. {pyeventsourcing.ABSENT}")
        return []
    store = EventStore(pool)
    rows = await store.read_settled(0, EVERYTHING)
    from bench.runner import Runner  # noqa: PLC0415 - needs the optional package

    runner = Runner(dsn)
    await asyncio.to_thread(runner.write, rows)

    async def ours() -> float:
        begun = perf_counter()
        await rebuild(CASELOAD, store, pool)
        return len(rows) / (perf_counter() - begun)

    async def theirs() -> float:
        begun = perf_counter()
        await asyncio.to_thread(runner.run)
        return len(rows) / (perf_counter() - begun)

    return [
        Comparison(
            what=WHAT,
            unit="events/s",
            against="pyeventsourcing",
            aim="≥ 10",
            ours=ours,
            reference=theirs,
        )
    ]
