"""Appending beside other event stores, those that are here: the same server, the same load."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from rich.console import Console

from bench import emmett, message_db, pyeventsourcing
from bench.appending import Load, append_round
from bench.rounds import Comparison, Round
from eventstore.connect import Pool

WRITERS = 16

progress = Console(stderr=True, highlight=False)


@asynccontextmanager
async def others(dsn: str, pool: Pool, events: int) -> AsyncIterator[list[Comparison]]:
    """Comparisons with each store that is here; a sentence on standard error for each that is not.

    `dsn` is that of the pool's database, where each has tables of its own.
    """
    one, many = Load(1, events // 4), Load(WRITERS, events // WRITERS)
    found: list[Comparison] = []
    async with AsyncExitStack() as opened:
        if pyeventsourcing.is_here():
            recorder = opened.enter_context(pyeventsourcing.recorder_on(dsn, WRITERS))
            for load in (one, many):
                reference = pyeventsourcing.appending_to(recorder, load)
                found.append(_beside("pyeventsourcing", "≥ 5", pool, load, reference))
        else:
            progress.print(pyeventsourcing.ABSENT)
        if message_db.is_here():
            store = await opened.enter_async_context(message_db.message_store_on(dsn, WRITERS))
            for load in (one, many):
                reference = message_db.appending_to(store, load)
                found.append(_beside("message-db", "≥ 2", pool, load, reference))
        else:
            progress.print(message_db.ABSENT)
        if emmett.is_here():
            process = await opened.enter_async_context(emmett.emmett_on(dsn, WRITERS))
            for load in (one, many):
                reference = emmett.appending_to(process, load)
                found.append(_beside("Emmett", "≥ 1.5", pool, load, reference))
        else:
            progress.print(emmett.ABSENT)
        yield found


def _beside(name: str, aim: str, pool: Pool, load: Load, reference: Round) -> Comparison:
    return Comparison(
        what=f"append, {load.writers} writer{'s' if load.writers > 1 else ''}",
        unit="events/s",
        against=name,
        aim=aim if load.writers > 1 else "",
        ours=append_round(pool, load),
        reference=reference,
    )
