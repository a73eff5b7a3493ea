"""Two projectors, two tickers and two sealers: neither disagree, and one is enough."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from eventstore.connect import PlainConnection, create_pool
from eventstore.migrate import migrate
from eventstore.rights import apply_rights
from eventstore.store import EventStore
from projections.check import check
from projections.runner import run_projector
from projections.states import view_states
from projections.views import VIEWS
from tests.journeys.installation import CAREPATH, until
from tests.projections.given import a_life, a_pathway, append, seeded
from tests.rights.logins import log_in, login
from workers.embedded.fingerprints import begin_keys
from workers.keys import Keys
from workers.log import encrypted_store
from workers.settings import Settings

TAKES_OVER_WITHIN = timedelta(seconds=30)
"""Far more than it takes, for a machine that others use; the figure is printed."""


@dataclass
class Log:
    """A prepared log, and who works on it."""

    owner: PlainConnection
    dsn: str
    opened: AsyncExitStack
    folder: Path

    async def store(self) -> EventStore:
        pool = await log_in(self.opened, self.owner, self.dsn, "carepath_appender")
        return encrypted_store(pool, Keys(self.folder / "keys"))

    async def start(self, process: str, role: str, name: str) -> asyncio.subprocess.Process:
        """One of carepath's own processes, with a login and a folder of its own."""
        place = self.folder / name
        place.mkdir()
        (place / "keys").symlink_to(self.folder / "keys")
        ready = place / "ready"
        with (place / "log").open("ab") as output:
            started = await asyncio.create_subprocess_exec(
                *(str(CAREPATH), "run", process),
                cwd="/",
                stdout=output,
                stderr=output,
                env={
                    "CAREPATH_DATA_DIR": str(place),
                    "CAREPATH_DATABASE_URL": await login(self.opened, self.owner, self.dsn, role),
                    "CAREPATH_READY_FILE": str(ready),
                    "CAREPATH_SEAL_EVERY": "PT0.2S",
                    "CAREPATH_LOG_FORMAT": "json",
                },
            )
        self.opened.push_async_callback(_ended, started)

        async def is_ready() -> bool:
            assert started.returncode is None, (place / "log").read_text()
            return await asyncio.to_thread(ready.exists)

        await until(is_ready, timedelta(minutes=2))
        return started

    async def live(self, number: int, store: EventStore) -> None:
        await append(store, a_pathway(seeded(number)), a_life(seeded(number), steps=6))

    async def is_shown(self) -> bool:
        """Every view has taken in the whole log."""
        last = await self.owner.fetchval("SELECT max(seq) FROM carepath_log.events")
        pool = await create_pool(self.dsn, max_size=1)
        try:
            states = await view_states(pool)
        finally:
            await pool.close()
        return {(one.state, one.seq) for one in states} == {("running", last)}

    async def is_sealed(self) -> bool:
        return bool(
            await self.owner.fetchval(
                """SELECT (SELECT count(*) FROM carepath_log.events)
                = (SELECT max(size) FROM carepath_log.seal_checkpoints)"""
            )
        )


@pytest_asyncio.fixture
async def log(empty_dsn: str, tmp_path: Path) -> AsyncIterator[Log]:
    owner = await asyncpg.connect(empty_dsn)
    await migrate(owner)
    await apply_rights(owner)
    async with AsyncExitStack() as opened:
        await begin_keys(empty_dsn, Settings(data_dir=tmp_path).keys_dir)
        yield Log(owner, empty_dsn, opened, tmp_path)
    await owner.close()


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        await process.wait()


async def how_long(comes_true: Callable[[], Awaitable[bool]]) -> float:
    begun = time.monotonic()
    await until(comes_true, TAKES_OVER_WITHIN)
    return time.monotonic() - begun


async def test_two_projectors_show_what_one_would(log: Log) -> None:
    """Each with a ticker of its own, while events are written; compared with a fresh replay."""
    store, stop = await log.store(), asyncio.Event()
    pools = [await log_in(log.opened, log.owner, log.dsn, "carepath_projector") for _ in range(2)]
    stores = [encrypted_store(pool, Keys(log.folder / "keys")) for pool in pools]
    tick = timedelta(milliseconds=10)
    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        for pool, own in zip(pools, stores, strict=True):
            group.create_task(run_projector(pool, stop, own, tick=tick))
        for number in range(12):
            await log.live(number, store)
        await until(log.is_shown)
        stop.set()
    for view in VIEWS:
        found = await check(view, stores[0], pools[0])
        assert not found.differences, view.name


@pytest.mark.long
async def test_when_a_projector_is_killed_the_other_shows_what_comes_next(log: Log) -> None:
    store = await log.store()
    first = await log.start("projector", "carepath_projector", "first")
    await log.start("projector", "carepath_projector", "second")
    await log.live(1, store)
    await until(log.is_shown)
    first.kill()
    await log.live(2, store)
    print(f"shown {await how_long(log.is_shown):.2f} s after the other was killed")  # noqa: T201


@pytest.mark.long
async def test_when_a_sealer_is_killed_the_other_seals_what_comes_next(log: Log) -> None:
    store = await log.store()
    await log.start("projector", "carepath_projector", "projector")
    first = await log.start("sealer", "carepath_sealer", "first")
    await log.start("sealer", "carepath_sealer", "second")
    await log.live(1, store)
    await until(log.is_sealed)
    first.kill()
    await log.live(2, store)
    print(f"sealed {await how_long(log.is_sealed):.2f} s after the other was killed")  # noqa: T201
    sizes = await log.owner.fetch("SELECT size FROM carepath_log.seal_checkpoints ORDER BY size")
    assert len(sizes) == len({row["size"] for row in sizes})
