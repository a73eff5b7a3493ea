"""The faults: what is killed, cut or stopped, each at the moment at which it is called."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import asyncpg

from tests.faults.load import Load
from tests.faults.mailbox import Mailbox
from tests.journeys.installation import Installation, until

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
    mailbox: Mailbox
    load: Load

    async def is_ready(self) -> bool:
        """The supervisor sees every part running."""
        return self.installation.state.is_ready


def faults(disturbed: Disturbed) -> Mapping[str, Fault]:
    """Every kind of fault by its name."""
    killed = {f"{part} killed": partial(_kill, disturbed, part) for part in PARTS}
    return {
        **killed,
        "mail server killed": partial(_lose_mail_server, disturbed),
        "mail connection cut": partial(_hang_up, disturbed),
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


async def _lose_mail_server(disturbed: Disturbed) -> None:
    await disturbed.mailbox.kill()
    await asyncio.sleep(DOWN_FOR.total_seconds())
    await disturbed.mailbox.start()


async def _hang_up(disturbed: Disturbed) -> None:
    """The next message is taken, and nobody is told."""
    disturbed.mailbox.hang_up_on_next()


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
