"""Processes: started in a session of their own, recognised beyond doubt, ended in steps."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict

from workers.embedded.account import Account

CLOCK_TOLERANCE = timedelta(seconds=2)
"""A process's time of birth is computed from the wall clock, which may be corrected a little."""

KILL_AFTER = timedelta(seconds=5)


class Identity(BaseModel):
    """One process and no other: its number, its birth (seconds since 1970), and its command."""

    model_config = ConfigDict(frozen=True)

    pid: int
    born: float
    command: tuple[str, ...]


async def start_process(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    log: Path,
    account: Account | None = None,
) -> asyncio.subprocess.Process:
    """Start a process in a session of its own, so that Ctrl-C in the terminal does not reach it.

    What it prints is appended to `log`; `environment` is all it gets. Its files are private.
    """
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
            umask=0o077,
            **(account.becoming() if account else {}),
        )


async def version_of(program: Path, account: Account | None) -> str:
    """What a program says of itself, run as the user who would run it. Raises `OSError`."""
    asking = await asyncio.create_subprocess_exec(
        *(str(program), "--version"),
        stdout=asyncio.subprocess.PIPE,
        cwd="/",
        **(account.becoming() if account else {}),
    )
    said, _ = await asking.communicate()
    if asking.returncode != 0:
        message = f"{program} does not run on this machine (exit code {asking.returncode})"
        raise OSError(message)
    return said.decode().strip()


def identify(pid: int, command: Sequence[str]) -> Identity | None:
    """Who this process is, or `None` if it is already gone."""
    try:
        return Identity(pid=pid, born=psutil.Process(pid).create_time(), command=tuple(command))
    except psutil.NoSuchProcess:
        return None


def find(identity: Identity) -> psutil.Process | None:
    """The process if it lives. A later one with the same number, or a zombie, is not it."""
    try:
        process = psutil.Process(identity.pid)
        same_birth = abs(process.create_time() - identity.born) <= CLOCK_TOLERANCE.total_seconds()
        same_command = tuple(process.cmdline()) == identity.command
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process if same_birth and same_command else None


async def end(
    pid: int,
    gone: Callable[[timedelta], Awaitable[bool]],
    signals: Sequence[signal.Signals],
    patience: timedelta,
) -> None:
    """Send each signal in turn until `gone` says so, and SIGKILL to the whole group at last.

    The first signal gets all of `patience`, each later one `KILL_AFTER`.
    """
    for sent in signals:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sent)
        if await gone(patience):
            break
        patience = KILL_AFTER
    kill_group(pid)
    await gone(KILL_AFTER)


def kill_group(pid: int) -> None:
    """Kill whatever is left in the session that `pid` was started with."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


async def end_stranger(
    process: psutil.Process, signals: Sequence[signal.Signals], patience: timedelta
) -> None:
    """End a process that an earlier supervisor started."""

    async def gone(within: timedelta) -> bool:
        return await asyncio.to_thread(_waited, process, within.total_seconds())

    await end(process.pid, gone, signals, patience)


def _waited(process: psutil.Process, seconds: float) -> bool:
    _, alive = psutil.wait_procs([process], timeout=seconds)
    return not alive or all(_is_zombie(left) for left in alive)


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
