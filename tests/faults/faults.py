"""The faults: what is killed, cut or stopped, each at the moment at which it is called."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import asyncpg

from tests.faults.load import Load
from tests.faults.outside import Outside, Receiver
from tests.journeys.installation import Installation, until

TEMPORAL = Path(sys.executable).with_name("temporal")
PARTS = ("worker", "projector", "web", "postgres", "temporal")
FROZEN_FOR = timedelta(seconds=12)
"""Longer than Temporal waits for a workflow task, so that it gives the task to somebody else."""

DOWN_FOR = timedelta(seconds=3)
HANG_UPS = 12
CUT = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND application_name LIKE 'carepath-%'
"""

Fault = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Disturbed:
    """All that can be disturbed."""

    installation: Installation
    outside: Outside
    load: Load

    async def is_ready(self) -> bool:
        """The supervisor sees every part running."""
        return self.installation.state.is_ready


def faults(disturbed: Disturbed) -> Mapping[str, Fault]:
    """Every kind of fault by its name."""
    killed = {f"{part} killed": partial(_kill, disturbed, part) for part in PARTS}
    return {
        **killed,
        "mail server killed": partial(_lose, disturbed.outside.mail),
        "mail connection cut": partial(_hang_up, disturbed.outside.mail),
        "gateway killed": partial(_lose, disturbed.outside.gateway),
        "gateway connection cut": partial(_hang_up, disturbed.outside.gateway),
        "runs begun anew": partial(_begin_anew, disturbed),
        "database connections cut": partial(_cut_connections, disturbed),
        "client connections cut": partial(_lose_patience, disturbed),
        "worker frozen": partial(_freeze, disturbed, "worker"),
    }


async def _kill(disturbed: Disturbed, part: str) -> None:
    """SIGKILL, and wait until the supervisor has noticed."""
    installation = disturbed.installation
    before = installation.state.parts[part].restarts
    os.kill(installation.pid_of(part), signal.SIGKILL)

    async def is_noticed() -> bool:
        return installation.state.parts[part].restarts > before

    await until(is_noticed)


async def _lose(receiver: Receiver) -> None:
    await receiver.kill()
    await asyncio.sleep(DOWN_FOR.total_seconds())
    await receiver.start()


async def _hang_up(receiver: Receiver) -> None:
    """The next message is taken, and nobody is told."""
    receiver.hang_up_on_next()


async def _begin_anew(disturbed: Disturbed) -> None:
    """Every workflow begins a new run, whatever its effects are doing."""
    address = str(disturbed.installation.state.temporal_address)
    for entity in disturbed.load.clinic.entities:
        signalling = await asyncio.create_subprocess_exec(
            *(str(TEMPORAL), "workflow", "signal", "--address", address),
            *("--workflow-id", entity, "--name", "renew"),
            stdout=asyncio.subprocess.DEVNULL,
        )
        await signalling.wait()


async def _cut_connections(disturbed: Disturbed) -> None:
    connection = await asyncpg.connect(disturbed.installation.state.database_url)
    try:
        await connection.execute(CUT)
    finally:
        await connection.close()


async def _lose_patience(disturbed: Disturbed) -> None:
    """The next requests are given up half-way, and sent again."""
    disturbed.load.impatient += HANG_UPS


async def _freeze(disturbed: Disturbed, part: str) -> None:
    pid = disturbed.installation.pid_of(part)
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(FROZEN_FOR.total_seconds())
    os.kill(pid, signal.SIGCONT)
