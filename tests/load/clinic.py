"""Two of every process on servers that only TLS reaches, and processes killed at random."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic

import httpx

from tests.deploy.apart import Apart, Started, apart, secrets_in
from tests.deploy.files import PROCESSES
from tests.deploy.servers import Postgres, postgres, temporal
from tests.deploy.test_separately import prepared
from tests.faults.clinic import TIMEOUT
from tests.journeys.conftest import reachable_folder
from tests.load.switching import Switching
from workers.embedded.ports import any_free_port
from workers.keys import Keys

BOTH = (1, 2)
BETWEEN_KILLS = (timedelta(seconds=5), timedelta(seconds=15))
DOWN_FOR = timedelta(seconds=3)
"""What whoever supervises takes to start a process again."""


@dataclass
class Two:
    """Two of each process, by name and number."""

    apart: Apart
    postgres: Postgres
    running: dict[tuple[str, int], Started] = field(default_factory=dict)
    killed: list[tuple[float, str]] = field(default_factory=list)
    release: dict[str, str] = field(default_factory=dict)
    """What says which release's code the next process is of; nothing is the installed one."""

    ports: dict[int, int] = field(default_factory=lambda: {one: any_free_port() for one in BOTH})

    @property
    def anchor(self) -> Path:
        """What the first sealer keeps of the seal, on a disk of its own."""
        return self.apart.folder / "sealer-1" / "anchors" / "checkpoints.jsonl"

    async def start(self, name: str, number: int) -> Started:
        """Start one and wait until it is ready; each web process has a port of its own."""
        otherwise = {"CAREPATH_PORT": str(self.ports[number])} if name == "web" else {}
        for is_last in (False, False, True):
            started = await self.apart.start(name, number, **self.release, **otherwise)
            self.running[name, number] = started
            try:
                await started.until_ready()
            except AssertionError:
                if is_last or not started.lost_its_port():
                    raise
                self.apart.running.remove(started)
            else:
                break
        return self.running[name, number]

    async def kill_at_random(self, random: Random) -> None:
        """For ever: one is killed and started again; meanwhile the other of its kind is spared."""
        while True:
            await asyncio.sleep(random.uniform(*(one.total_seconds() for one in BETWEEN_KILLS)))
            name, number = random.choice(sorted(self.running))
            victim = self.running[name, number]
            await victim.killed()
            self.apart.running.remove(victim)
            self.killed.append((monotonic(), name))
            await asyncio.sleep(DOWN_FOR.total_seconds())
            await self.start(name, number)

    async def end(self, name: str, number: int) -> None:
        """Tell one to end, which it must do well."""
        ended = self.running.pop((name, number))
        self.apart.running.remove(ended)
        assert await ended.ended() == 0, ended.log.read_text()[-3000:]

    async def all_ready(self) -> None:
        """Start whichever is down, and wait for all."""
        for place, one in list(self.running.items()):
            if one.process.returncode is not None:
                await self.start(*place)
            else:
                await one.until_ready()

    def client(self, transport: Switching) -> httpx.AsyncClient:
        """Speaks to whichever web process is there, as the clinic's coordinators."""
        token = Keys(self.apart.secrets / "keys").api_token.read_text().strip()
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(
            base_url=transport.base_url, headers=headers, timeout=TIMEOUT, transport=transport
        )


@asynccontextmanager
async def two_of_everything() -> AsyncIterator[tuple[Two, Path]]:
    """All of them ready, with the shipped programmes; and a folder."""
    with reachable_folder() as folder:
        secrets = await asyncio.to_thread(secrets_in, folder)
        async with (
            postgres(folder / "postgres", secrets) as store,
            temporal(folder, secrets) as engine,
            apart(folder, secrets, store.port, engine) as processes,
        ):
            await store.made_ready(secrets)
            await prepared(processes)
            await store.make_logins(secrets)
            two = Two(processes, store)
            processes.web_port = two.ports[1]
            await asyncio.gather(*(two.start(name, one) for name in PROCESSES for one in BOTH))
            published = await processes.script("publish.py", "reader", "operator")
            assert published.code == 0, published
            yield two, folder
