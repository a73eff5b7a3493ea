"""The stack of a data directory as others see it: find it, watch it become ready, stop it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta

from domain.actor import Role
from workers.embedded.errors import (
    NotRunning,
    StackError,
    StackFailed,
    StillRunning,
    SupervisorSilent,
)
from workers.embedded.leftovers import clear_leftovers
from workers.embedded.lock import held, holder, is_held, lock_of
from workers.embedded.log_files import log_of, rotate, tail
from workers.embedded.processes import find
from workers.embedded.state import Phase, StackState, read_state, state_file, write_state
from workers.embedded.supervise import make_folders
from workers.embedded.supervisor import Report
from workers.embedded.watch import Patience, Watch
from workers.keys import Keys
from workers.settings import Settings

POLL = timedelta(milliseconds=100)
STOPS_WITHIN = timedelta(seconds=90)
SIGNS_WITHIN = timedelta(seconds=30)
"""Until a supervisor has put its name into the lock that it has just taken."""

SUPERVISOR = "supervisor"
ENDING: tuple[Phase, ...] = ("stopping", "stopped", "failed")


def running(settings: Settings) -> StackState | None:
    """The stack that a live supervisor holds, ready or on its way; `None` if there is none."""
    if not is_held(settings.run_dir):
        return None
    stack = read_state(settings.run_dir)
    if _recorded_by_the_living(stack):
        return stack
    return StackState(phase="starting", supervisor=holder(settings.run_dir))


def record_lost(settings: Settings) -> str | None:
    """In words, that a supervisor runs whose record is not there; `None` if all is as it should."""
    stack = running(settings)
    if stack is None or _recorded_by_the_living(read_state(settings.run_dir)):
        return None
    who = f"process {stack.supervisor.pid}" if stack.supervisor else "an unknown process"
    return (
        f"{who} holds {lock_of(settings.run_dir)}, but {state_file(settings.run_dir)} is missing, "
        "unreadable or another's: it is recorded again within seconds; if it is not, "
        f"use `carepath down --data-dir {settings.data_dir}`"
    )


async def staying(settings: Settings) -> StackState | None:
    """Like `running`, but a stack that is about to end is waited for and does not count.

    Raises `StillRunning`.
    """
    until = time.monotonic() + STOPS_WITHIN.total_seconds()
    while (stack := running(settings)) and stack.phase in ENDING:
        _require_time_left(stack, until, settings)
        await asyncio.sleep(POLL.total_seconds())
    return stack


def database_url(settings: Settings) -> str:
    """The database to talk to: the environment's, else the running stack's. Raises `NotRunning`."""
    if settings.database_url:
        return settings.database_url.get_secret_value()
    stack = running(settings)
    if stack is None or stack.database_url is None:
        raise NotRunning(settings.data_dir)
    return stack.database_url


def api(settings: Settings, role: Role = "coordinator") -> tuple[str, str]:
    """Where the running stack's API is, and the token to act in a role. Raises `NotRunning`."""
    stack = running(settings)
    if stack is None or stack.url is None:
        raise NotRunning(settings.data_dir)
    try:
        return stack.url, Keys(settings.keys_dir).token_of(role).read_text().strip()
    except FileNotFoundError as not_yet_made:
        raise NotRunning(settings.data_dir) from not_yet_made


def start_apart(settings: Settings, command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a supervisor that outlives this process; what it prints goes to its log."""
    make_folders(settings)
    log = log_of(settings.logs_dir, SUPERVISOR)
    rotate(log)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


async def follow(
    settings: Settings,
    report: Report,
    supervisor: "subprocess.Popen[bytes] | None" = None,
    patience: Patience | None = None,
) -> StackState:
    """Watch a stack until all of it is ready, and return it.

    `supervisor` is the one we have started. Raises `StackError` if the stack fails or ends before,
    `SupervisorSilent` or `PartsDown` if there is nothing left to wait for.
    """
    watch = Watch(settings, report, patience or Patience())
    while True:
        ended = supervisor is not None and supervisor.poll() is not None
        stack = running(settings)
        if stack:
            watch.see(stack)
        if stack and stack.is_ready:
            return stack
        if ended or (supervisor is None and stack is None):
            raise _why_it_ended(settings)
        await asyncio.sleep(POLL.total_seconds())


async def stop(settings: Settings, report: Report) -> bool:
    """Stop whatever runs on the data directory, and wait for it; `False` if nothing did.

    Raises `StillRunning`, or `SupervisorSilent` if nobody can tell which process to signal.
    """
    if running(settings) is None:
        return await _clear_killed(settings)
    supervisor = await _supervisor_of(settings)
    if supervisor is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(supervisor, signal.SIGTERM)
    until = time.monotonic() + STOPS_WITHIN.total_seconds()
    seen: StackState | None = None
    while stack := running(settings):
        if stack != seen:
            report(stack)
        seen = stack
        _require_time_left(stack, until, settings)
        await asyncio.sleep(POLL.total_seconds())
    return True


def _recorded_by_the_living(stack: StackState) -> bool:
    return stack.supervisor is not None and find(stack.supervisor) is not None


def _require_time_left(stack: StackState, until: float, settings: Settings) -> None:
    if time.monotonic() <= until:
        return
    seconds = STOPS_WITHIN.total_seconds()
    if stack.supervisor is None:
        raise _unknown(settings, seconds)
    raise StillRunning(stack.supervisor.pid, seconds)


async def _supervisor_of(settings: Settings) -> int | None:
    """The live supervisor's process, or `None` if it is gone. Raises `SupervisorSilent`."""
    until = time.monotonic() + SIGNS_WITHIN.total_seconds()
    while stack := running(settings):
        if stack.supervisor:
            return stack.supervisor.pid
        if time.monotonic() > until:
            raise _unknown(settings, SIGNS_WITHIN.total_seconds())
        await asyncio.sleep(POLL.total_seconds())
    return None


def _unknown(settings: Settings, seconds: float) -> SupervisorSilent:
    return SupervisorSilent(None, lock_of(settings.run_dir), state_file(settings.run_dir), seconds)


async def _clear_killed(settings: Settings) -> bool:
    """End what a killed supervisor left; `False` if it left nothing."""
    if not settings.run_dir.exists():
        return False
    with held(settings.run_dir, signed=False):
        stack = read_state(settings.run_dir)
        cleared = await clear_leftovers(stack)
        for name in stack.parts:
            stack = stack.with_part(name, state="stopped", process=None)
        if stack.phase not in {"stopped", "failed"}:
            write_state(settings.run_dir, stack.model_copy(update={"phase": "stopped"}))
    return bool(cleared)


def _why_it_ended(settings: Settings) -> StackError:
    stack = read_state(settings.run_dir)
    log = log_of(settings.logs_dir, SUPERVISOR)
    return StackFailed(stack.failure or f"the supervisor ended; its log {log} says:\n{tail(log)}")


def supervisor_command(arguments: Sequence[str]) -> list[str]:
    """The command line that runs `carepath` with these arguments in this environment."""
    return [sys.executable, "-P", "-m", "cli.main", *arguments]
