"""One installation as a person has it: a folder, and the `carepath` command."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from eventstore.connect import PlainConnection
from projections.states import view_states
from workers.embedded.running import running
from workers.embedded.state import StackState, read_state
from workers.settings import Settings

CAREPATH = Path(sys.executable).with_name("carepath")
POLL = timedelta(milliseconds=100)

COMMANDS_OF_A_STREAM = """
SELECT stream_id, command_id, min(version) AS first, max(version) AS last,
       count(*) AS events, count(DISTINCT recorded_at) AS appends
FROM carepath_log.events GROUP BY stream_id, command_id ORDER BY stream_id, first
"""

ALL_SETTLED = """
SELECT settled_seq = (SELECT coalesce(max(seq), 0) FROM carepath_log.events)
FROM carepath_log.watermark
"""


@dataclass(frozen=True)
class Ended:
    """One run of the command, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Batch:
    """The events that one command wrote to one stream."""

    stream: str
    command_id: str
    first: int
    last: int
    events: int
    appends: int


@dataclass(frozen=True)
class Installation:
    """`environment` is what the person has set besides their own."""

    data_dir: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.data_dir)

    async def run(self, *arguments: str, said: str = "") -> Ended:
        """Run `carepath` on this installation, without `--json`."""
        process = await asyncio.create_subprocess_exec(
            *(str(CAREPATH), *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd="/",
            env={**_own_environment(), "CAREPATH_DATA_DIR": str(self.data_dir), **self.environment},
        )
        out, err = await process.communicate(said.encode())
        return Ended(process.returncode or 0, out.decode(), err.decode())

    async def ask(self, *arguments: str, code: int = 0) -> Any:
        """The document that the command prints, having ended with `code`."""
        ended = await self.run(*arguments, "--json")
        assert ended.code == code, f"carepath {' '.join(arguments)}: {ended}"
        return ended.document

    async def up(self) -> Any:
        return await self.ask("up", "--detach", "--port", "0")

    async def down(self) -> Any:
        return await self.ask("down")

    async def submit(self, entity: str, command: str, command_id: str, **data: Any) -> Ended:
        return await self.run(
            *("submit", entity, command, "--data", json.dumps(data)),
            *("--command-id", command_id, "--json"),
        )

    async def is_well(self) -> bool:
        return bool((await self.run("status", "--json")).code == 0)

    @property
    def is_up(self) -> bool:
        stack = running(self.settings)
        return (
            stack is not None
            and stack.phase == "ready"
            and all(part.state == "ready" for part in stack.parts.values())
        )

    async def is_caught_up(self) -> bool:
        """Every event is settled, and every view has seen it."""
        async with self._connected() as connection:
            settled = bool(await connection.fetchval(ALL_SETTLED))
            return settled and all(one.lag == 0 for one in await view_states(connection))

    def pid_of(self, part: str) -> int:
        process = self.state.parts[part].process
        assert process, f"{part} does not run"
        return process.pid

    def kill_everything(self) -> None:
        """SIGKILL for the supervisor, so that it starts nothing again, and for every part."""
        state = self.state
        assert state.supervisor
        os.kill(state.supervisor.pid, signal.SIGKILL)
        for part in state.parts:
            os.kill(self.pid_of(part), signal.SIGKILL)

    @property
    def state(self) -> StackState:
        return read_state(self.settings.run_dir)

    async def batches(self) -> list[Batch]:
        """What the log holds of each command, stream by stream in the order of versions."""
        async with self._connected() as connection:
            rows = await connection.fetch(COMMANDS_OF_A_STREAM)
        return [
            Batch(
                stream=row["stream_id"],
                command_id=str(row["command_id"]),
                first=row["first"],
                last=row["last"],
                events=row["events"],
                appends=row["appends"],
            )
            for row in rows
        ]

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[PlainConnection]:
        connection = await asyncpg.connect(self.state.database_url)
        try:
            yield connection
        finally:
            await connection.close()


async def until(
    holds: Callable[[], Awaitable[bool]], within: timedelta = timedelta(seconds=60)
) -> None:
    """Wait for what must come true."""
    deadline = time.monotonic() + within.total_seconds()
    while not await holds():
        assert time.monotonic() < deadline, f"not within {within}"
        await asyncio.sleep(POLL.total_seconds())


def _own_environment() -> dict[str, str]:
    """The tester's environment without what it says about carepath and Temporal."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CAREPATH_", "TEMPORAL_"))
    }
