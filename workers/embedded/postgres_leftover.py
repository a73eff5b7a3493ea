"""What a killed PostgreSQL leaves behind, and how it is cleared without touching anybody else.

A server and all its sessions work in the data directory, so a process called `postgres` whose
working directory it is, and nothing else, belongs to this cluster. `postmaster.pid` alone proves
nothing: its number may belong to another program by now.
"""

import asyncio
import contextlib
import signal
from datetime import timedelta
from pathlib import Path

import psutil

from workers.embedded.postgres import Cluster, run_program

SESSIONS_END = timedelta(seconds=10)
"""Sessions notice the death of their server and end by themselves, mostly at once."""


async def clear_leftover(cluster: Cluster) -> None:
    """Stop a server that still works on these files, and remove a stale `postmaster.pid`."""
    pid_file = cluster.data / "postmaster.pid"
    if not await asyncio.to_thread(pid_file.exists):
        return
    working = await asyncio.to_thread(processes_in, cluster.data)
    if _server_pid(pid_file) in {process.pid for process in working}:
        await run_program(
            cluster, "pg_ctl", "stop", "-D", str(cluster.data), "-m", "fast", "-w", "-t", "30"
        )
        working = await asyncio.to_thread(processes_in, cluster.data)
    await asyncio.to_thread(_end_all, working)
    pid_file.unlink(missing_ok=True)


def processes_in(data: Path) -> list[psutil.Process]:
    """The PostgreSQL processes that work on these files."""
    return [process for process in psutil.process_iter() if _works_in(process, data.resolve())]


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _server_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _end_all(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=SESSIONS_END.total_seconds())
    for sent in (signal.SIGQUIT, signal.SIGKILL):
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(sent)
        _, alive = psutil.wait_procs(alive, timeout=SESSIONS_END.total_seconds())
