"""Parts that do nothing but start, say so, and wait for a signal, and someone who watches them."""

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from workers.embedded.parts import Composition, Part, Step
from workers.embedded.state import StackState
from workers.embedded.supervisor import Backoff, Supervisor

WAITS = "open(sys.argv[1], 'w').close(); signal.pause()"
ENDS_ON_TERM = f"signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); {WAITS}"
IGNORES_TERM = f"signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"
FAILS = "print('the disk is full'); sys.exit(7)"


def trivial_part(folder: Path, name: str, does: str = ENDS_ON_TERM, **given: object) -> Part:
    """A Python child that runs `does`; it is ready once it has made its file."""
    file = folder / f"{name}.ready"

    async def is_ready() -> bool:
        return file.exists()

    async def forget() -> None:
        file.unlink(missing_ok=True)

    program = f"import signal, sys; {does}"
    part = {
        "name": name,
        "command": (sys.executable, "-I", "-c", program, str(file)),
        "environment": dict(os.environ),
        "is_ready": is_ready,
        "before_start": forget,
        "folder": folder,
    }
    return Part(**{**part, **given})  # type: ignore[arg-type]


class Watched:
    """A supervisor in a task, and everything that it has reported."""

    def __init__(
        self,
        folder: Path,
        *plan: Part | Step,
        backoff: Backoff | None = None,
        looks_every: timedelta = timedelta(hours=1),
    ) -> None:
        self.reports: list[StackState] = []
        self._changed = asyncio.Event()
        self.supervisor = Supervisor(
            Composition(plan), folder, folder, self._hear, backoff=backoff, looks_every=looks_every
        )
        self.task = asyncio.ensure_future(self.supervisor.run(self._nothing))

    @property
    def state(self) -> StackState:
        return self.reports[-1]

    async def until(self, holds: Callable[[StackState], bool]) -> StackState:
        """The first state from now on for which `holds`; fails with the task, or after 20 s."""
        async with asyncio.timeout(20):
            while not (self.reports and holds(self.state)):
                self._changed.clear()
                waiting = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait([waiting, self.task], return_when=asyncio.FIRST_COMPLETED)
                if self.task.done() and not holds(self.state):
                    self.task.result()
        return self.state

    async def ready(self) -> StackState:
        return await self.until(lambda state: state.phase == "ready")

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])

    def _hear(self, state: StackState) -> None:
        self.reports.append(state)
        self._changed.set()

    @staticmethod
    async def _nothing(_state: StackState) -> None:
        return


def pid_of(state: StackState, part: str) -> int:
    process = state.parts[part].process
    assert process is not None
    return process.pid
