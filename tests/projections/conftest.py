"""A log with some patients' lives in it, and a view to follow it."""

from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.tables import ensure_catalogue
from tests.projections.given import a_life, a_pathway, append, seeded, settle
from tests.projections.live import Live
from tests.projections.tally import Tally


@pytest.fixture
def random() -> Random:
    return seeded(7)


@pytest.fixture
def tally(tmp_path: Path) -> Tally:
    return Tally(tmp_path)


@pytest.fixture
def live(pool: Pool, store: EventStore) -> Live:
    return Live(pool, store)


@pytest_asyncio.fixture
async def catalogue(pool: Pool) -> None:
    await ensure_catalogue(pool)


@pytest_asyncio.fixture
async def lives(store: EventStore, pool: Pool, random: Random) -> dict[str, int]:
    """Five pathways in the log, settled: how many events each has."""
    streams = {a_pathway(random): a_life(random, steps=8) for _ in range(5)}
    for stream, decisions in streams.items():
        await append(store, stream, decisions)
    await settle(pool)
    return {stream: sum(map(len, decisions)) for stream, decisions in streams.items()}
