"""Reading the log: catching up with it, reading one stream, and building views from it."""

from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import Any

from bench.clinic import SEED, publish, shipped_programme
from bench.log import query
from bench.rounds import Comparison, Round
from eventstore.connect import Pool
from eventstore.settle import tick
from eventstore.store import EventStore
from eventstore.stored import StoredEvent
from projections.follow import BATCH
from projections.rebuild import rebuild
from projections.view import View
from projections.views import VIEWS
from workers.demo.load import load_demo
from workers.history.log import Log

MONTHS = 20
STREAMS = 60
"""So many whole streams are read in a round."""

Rows = Sequence[Any]
Page = Callable[[int], Awaitable[Rows]]


async def reading(pool: Pool, patients: int) -> list[Comparison]:
    """Comparisons on the history of a clinic of so many patients, written and settled before."""
    store = EventStore(pool)
    programme = shipped_programme()
    await publish(store, programme)
    await load_demo(Log(pool), programme.id, patients, MONTHS, SEED)
    async with pool.acquire() as connection:
        await tick(connection)
    streams = (await store.streams("pathway", "", STREAMS))[:STREAMS]
    return [
        *_catching_up(store, pool),
        _reading_streams(store, pool, streams),
        *(_rebuilding(view, store, pool) for view in VIEWS),
    ]


def _catching_up(store: EventStore, pool: Pool) -> list[Comparison]:
    async def settled(after: int) -> Rows:
        return await store.read_settled(after, BATCH)

    async def decoded(after: int) -> Rows:
        return await store.decode_all(await settled(after))

    async def plain(after: int) -> Rows:
        return await pool.fetch(query("select_after"), after, BATCH)

    against = "keyset SELECT of the same columns"
    return [
        Comparison(
            what="catch up, rows with their envelope",
            unit="events/s",
            against=against,
            aim="≥ 0.7",
            ours=whole_log(settled),
            reference=whole_log(plain),
        ),
        Comparison(
            what="catch up, decoded",
            unit="events/s",
            against=against,
            ours=whole_log(decoded),
            reference=whole_log(plain),
        ),
    ]


def whole_log(page: Page) -> Round:
    """Events a second, page by page from the first event to the last."""

    async def run() -> float:
        begun = perf_counter()
        count, after = 0, 0
        while rows := await page(after):
            count += len(rows)
            after = _seq_of(rows[-1])
        return count / (perf_counter() - begun)

    return run


def _seq_of(row: Any) -> int:
    return int(row["seq"] if hasattr(row, "keys") else row.seq)


def _reading_streams(store: EventStore, pool: Pool, streams: Sequence[str]) -> Comparison:
    async def decoded(stream: str) -> Rows:
        return await store.read_stream(stream)

    async def plain(stream: str) -> Rows:
        return await pool.fetch(query("select_stream"), stream, record_class=StoredEvent)

    def round_of(read: Callable[[str], Awaitable[Rows]]) -> Round:
        async def run() -> float:
            begun = perf_counter()
            count = 0
            for stream in streams:
                count += len(await read(stream))
            return count / (perf_counter() - begun)

        return run

    return Comparison(
        what="read whole streams, decoded",
        unit="events/s",
        against="SELECT of the same columns",
        ours=round_of(decoded),
        reference=round_of(plain),
    )


def _rebuilding(view: View[Any, Any], store: EventStore, pool: Pool) -> Comparison:
    async def built() -> float:
        begun = perf_counter()
        built = await rebuild(view, store, pool)
        return built.seq / (perf_counter() - begun)

    async def decoded(after: int) -> Rows:
        return await store.decode_all(await store.read_settled(after, BATCH))

    return Comparison(
        what=f"rebuild the {view.name}",
        unit="events/s",
        against="reading and decoding the same events",
        ours=built,
        reference=whole_log(decoded),
    )
