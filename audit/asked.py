"""What an audit of the seal is asked to do, who shares the work, and how far it has come."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from eventstore.encryption.wrapping import KeyWrapper
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.keyring import KeyRing
from eventstore.seal.state import PATIENCE_AT_LEAST

T = TypeVar("T")

Report = Callable[[int, int], None]
"""Told how many events and checkpoints of how many have been verified."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to verify: where, under which keys, against which anchors, since which size.

    `anchor` is a file of notes from outside the database; `own_anchor` says that the sealer itself
    writes it, so that it must hold what the database says it took. `kept` is the checkpoint that
    somebody kept and wants verified from: the log must have its root too. An event may wait for the
    sealer as long as its `patience`. With the organisation's `wrapper` every patient's key is
    opened once. With an executor of processes the work is shared out to them.
    """

    dsn: str
    ring: KeyRing
    anchor: Path | None = None
    own_anchor: bool = False
    since: int = 0
    kept: Checkpoint | None = None
    executor: Executor | None = None
    wrapper: KeyWrapper | None = None
    patience: timedelta = PATIENCE_AT_LEAST

    async def share(self, work: Callable[..., Awaitable[T]], *given: Any) -> T:
        """Do a part of the work, in another process if there is one."""
        if self.executor is None:
            return await work(*given)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.executor, _in_process, work, *given)


@dataclass(slots=True)
class Progress:
    """How much of all is done."""

    total: int
    report: Report
    done: int = 0

    def add(self, done: int) -> None:
        self.done += done
        self.report(min(self.done, self.total), self.total)


def _in_process(work: Callable[..., Any], *given: Any) -> Any:
    """Run a coroutine function in a process without an event loop."""
    return asyncio.run(work(*given))
