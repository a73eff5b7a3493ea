"""From nothing to a running stack and back: the whole life of one `carepath up`."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil

from workers.embedded.errors import FolderUnusable
from workers.embedded.leftovers import clear_leftovers
from workers.embedded.lock import held
from workers.embedded.parts import Composition
from workers.embedded.processes import Identity, identify
from workers.embedded.state import StackState, read_state, write_state
from workers.embedded.supervisor import Backoff, Report, Supervisor
from workers.settings import Settings

Compose = Callable[[Settings, StackState], Awaitable[Composition]]
"""Makes the stack; the second argument is what the last one recorded, such as its ports."""

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def nothing_more(_state: StackState) -> None:
    """Do nothing once the stack is ready."""


async def supervise(
    settings: Settings,
    compose: Compose,
    report: Report,
    *,
    once_ready: Callable[[StackState], Awaitable[None]] = nothing_more,
    backoff: Backoff | None = None,
) -> None:
    """Run the stack until SIGINT, SIGTERM or SIGHUP; a second one kills what has not ended yet.

    Returns when everything has ended. Raises `StackError` if the stack could not start.
    """
    make_folders(settings)
    with held(settings.run_dir):
        ourselves = identify(os.getpid(), psutil.Process().cmdline())
        before = _announced(settings, ourselves)
        await clear_leftovers(before)
        composition = await compose(settings, before)
        composition = Composition(
            composition.plan, composition.state.model_copy(update={"supervisor": ourselves})
        )
        supervisor = Supervisor(
            composition, settings.run_dir, settings.logs_dir, report, backoff=backoff
        )
        running = asyncio.ensure_future(supervisor.run(once_ready))
        with _ended_by_signal(running, supervisor), contextlib.suppress(asyncio.CancelledError):
            await running


def make_folders(settings: Settings) -> None:
    """Make the data directory and what is ours in it. Raises `FolderUnusable`.

    Root lets other users pass through the data directory, but not read it, because PostgreSQL
    runs as one of them; everybody else keeps it closed.
    """
    try:
        if not settings.data_dir.is_dir():
            settings.data_dir.mkdir(mode=0o700, parents=True)
            settings.data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (settings.run_dir, settings.logs_dir, settings.keys_dir):
            folder.mkdir(mode=0o700, exist_ok=True)
            _require_writable(folder)
    except OSError as refused:
        why = refused.strerror or str(refused)
        raise FolderUnusable(settings.data_dir, why) from refused


def _require_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FolderUnusable(folder, "not writable")


def _announced(settings: Settings, supervisor: Identity | None) -> StackState:
    """What the last supervisor recorded, under our name now: nobody takes it for a live stack."""
    changes = {"phase": "starting", "supervisor": supervisor, "doing": None, "failure": None}
    state = read_state(settings.run_dir).model_copy(update=changes)
    write_state(settings.run_dir, state)
    return state


@contextlib.contextmanager
def _ended_by_signal(running: asyncio.Future[None], supervisor: Supervisor) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    asked: list[int] = []

    def on_signal(number: int) -> None:
        asked.append(number)
        if len(asked) == 1:
            running.cancel()
        else:
            supervisor.kill_all()

    for number in ENDING:
        loop.add_signal_handler(number, on_signal, number)
    try:
        yield
    finally:
        for number in ENDING:
            loop.remove_signal_handler(number)
