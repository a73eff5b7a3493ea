"""Many writers at once, in every bad manner: each reader still sees each event once, in order."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from eventstore.batch import Batch, arguments_of
from eventstore.cipher import PLAINTEXT
from eventstore.connect import PlainConnection, Pool
from eventstore.settle import run_ticker, settled_changes
from eventstore.sql import query
from eventstore.store import EventStore
from eventstore.stored import StoredEvent
from tests.eventstore.given import a_stream, notes

pytestmark = pytest.mark.asyncio

WRITERS = 12
TRANSACTIONS = 40
SIDE_BY_SIDE = 16
TICKERS = 2
PAGE_SIZES = (3, 1000)
END = "programme-end"


class ChangeOfMind(Exception):
    """Rolls a writer's transaction back."""


class Writer:
    """Appends to a few streams of its own, in transactions that it ends in its own time."""

    def __init__(self, connection: PlainConnection, seed: int) -> None:
        self.connection = connection
        self.chance = random.Random(seed)  # noqa: S311 - a repeatable choice, not a secret
        self.versions = dict.fromkeys(sorted(a_stream() for _ in range(3)), 0)
        self.committed: set[int] = set()

    async def run(self) -> None:
        for _ in range(TRANSACTIONS):
            with suppress(ChangeOfMind):
                await self.transaction()

    async def transaction(self) -> None:
        """Takes its id early or late, numbers in several statements, commits late or never."""
        written: set[int] = set()
        reached = dict(self.versions)
        async with self.connection.transaction():
            if self.chance.random() < 0.3:
                await self.connection.execute("SELECT pg_current_xact_id()")
                await self.dawdle()
            for stream in sorted(self.chance.sample(list(reached), self.chance.randint(1, 3))):
                written |= await self.append(stream, reached)
                await self.dawdle()
            if self.chance.random() < 0.2:
                raise ChangeOfMind
        self.committed |= written
        self.versions = reached

    async def append(self, stream: str, reached: dict[str, int]) -> set[int]:
        batch = Batch(stream, reached[stream], notes(*"abc"[: self.chance.randint(1, 3)]))
        arguments = await arguments_of(batch, PLAINTEXT)
        row = await self.connection.fetchrow(query("append"), *arguments)
        assert row is not None
        reached[stream] = row["reached"]
        return set(row["seqs"])

    async def dawdle(self) -> None:
        for _ in range(self.chance.choice((0, 0, 1, 5))):
            await self.connection.execute("SELECT 1")


async def gathered(store: EventStore) -> list[tuple[str, set[int]]]:
    """Single events to many streams at once, as commands come: they share calls and commits."""
    streams = [a_stream() for _ in range(SIDE_BY_SIDE)]

    async def write(stream: str) -> tuple[str, set[int]]:
        appended = [await store.append(stream, at, notes("a")) for at in range(TRANSACTIONS)]
        return stream, {seq for one in appended for seq in one.seqs}

    return list(await asyncio.gather(*(write(stream) for stream in streams)))


async def read_to_the_end(store: EventStore, pool: Pool, page: int) -> list[StoredEvent]:
    """What a projection does: from its checkpoint on, page by page, while others write."""
    seen: list[StoredEvent] = []
    async with settled_changes(pool, timedelta(milliseconds=5)) as changes:
        while not seen or seen[-1].stream_id != END:
            checkpoint = seen[-1].seq if seen else 0
            settled = await changes.beyond(checkpoint)
            while checkpoint < settled and (rows := await store.read_settled(checkpoint, page)):
                seen += rows
                checkpoint = rows[-1].seq
    return seen


async def test_every_reader_sees_every_event_once_and_in_order(
    store: EventStore, pool: Pool, connect: Callable[[], Awaitable[PlainConnection]]
) -> None:
    writers = [Writer(await connect(), seed) for seed in range(WRITERS)]
    stop = asyncio.Event()
    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        for _ in range(TICKERS):
            group.create_task(run_ticker(pool, timedelta(milliseconds=2), stop))
        readers = [group.create_task(read_to_the_end(store, pool, page)) for page in PAGE_SIZES]
        together = group.create_task(gathered(store))
        await asyncio.gather(together, *(writer.run() for writer in writers))
        last = await store.append(END, 0, notes("the end"))
        await asyncio.gather(*readers)
        stop.set()

    singles = dict(together.result())
    each = (writer.committed for writer in writers)
    committed = sorted(set(last.seqs).union(*each, *singles.values()))
    assert len(committed) > 500
    assert await store.last_seq() > len(committed), "nothing was rolled back: the test is too tame"
    for reader in readers:
        seen = reader.result()
        assert [event.seq for event in seen] == committed
        reached = dict.fromkeys(singles, TRANSACTIONS)
        for writer in writers:
            reached |= writer.versions
        for stream, version in reached.items():
            versions = [event.version for event in seen if event.stream_id == stream]
            assert versions == list(range(1, version + 1))
