"""The stack of a data directory as others see it: find it, watch it become ready, stop it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta

from workers.embedded.errors import NotRunning, StackError, StackFailed, StillRunning
from workers.embedded.leftovers import clear_leftovers
from workers.embedded.lock import held, is_held
from workers.embedded.log_files import log_of, rotate, tail
from workers.embedded.processes import find
from workers.embedded.state import Phase, StackState, read_state, write_state
from workers.embedded.supervise import make_folders
from workers.embedded.supervisor import Report
from workers.keys import Keys
from workers.settings import Settings

POLL = timedelta(milliseconds=100)
STOPS_WITHIN = timedelta(seconds=90)
SUPERVISOR = "supervisor"
ENDING: tuple[Phase, ...] = ("stopping", "stopped", "failed")


def running(settings: Settings) -> StackState | None:
    """The stack that a live supervisor holds, ready or on its way; `None` if there is none."""
    if not is_held(settings.run_dir):
        return None
    stack = read_state(settings.run_dir)
    recorded_by_the_living = stack.supervisor and find(stack.supervisor)
    return stack if recorded_by_the_living else StackState(phase="starting")


async def staying(settings: Settings) -> StackState | None:
    """Like `running`, but a stack that is about to end is waited for and does not count."""
    while (stack := running(settings)) and stack.phase in ENDING:  # noqa: ASYNC110 - another process
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


def api(settings: Settings) -> tuple[str, str]:
    """Where the running stack's API is, and the token to use it with. Raises `NotRunning`."""
    stack = running(settings)
    if stack is None or stack.url is None:
        raise NotRunning(settings.data_dir)
    try:
        return stack.url, Keys(settings.keys_dir).api_token.read_text().strip()
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
    settings: Settings, report: Report, supervisor: "subprocess.Popen[bytes] | None" = None
) -> StackState:
    """Watch a stack until it is ready, and return it. `supervisor` is the one we have started.

    Raises `StackError` if it fails or ends before.
    """
    while True:
        ended = supervisor is not None and supervisor.poll() is not None
        stack = running(settings)
        if stack:
            report(stack)
        if stack and stack.phase == "ready":
            return stack
        if ended or (supervisor is None and stack is None):
            raise _why_it_ended(settings)
        await asyncio.sleep(POLL.total_seconds())


async def stop(settings: Settings, report: Report) -> bool:
    """Stop whatever runs on the data directory, and wait for it; `False` if nothing did.

    Raises `StillRunning`.
    """
    stack = running(settings)
    if stack is None:
        return await _clear_killed(settings)
    supervisor = await _supervisor_of(settings)
    if supervisor is not None:
        os.kill(supervisor, signal.SIGTERM)
    until = time.monotonic() + STOPS_WITHIN.total_seconds()
    while stack := running(settings):
        report(stack)
        if time.monotonic() > until:
            raise StillRunning(supervisor or 0, STOPS_WITHIN.total_seconds())
        await asyncio.sleep(POLL.total_seconds())
    return True


async def _supervisor_of(settings: Settings) -> int | None:
    """The live supervisor's process, once it has recorded itself."""
    until = time.monotonic() + POLL.total_seconds() * 100
    while stack := running(settings):
        if stack.supervisor:
            return stack.supervisor.pid
        if time.monotonic() > until:
            return None
        await asyncio.sleep(POLL.total_seconds())
    return None


async def _clear_killed(settings: Settings) -> bool:
    """End what a killed supervisor left; `False` if it left nothing."""
    if not settings.run_dir.exists():
        return False
    with held(settings.run_dir):
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
