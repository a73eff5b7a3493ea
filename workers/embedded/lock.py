"""The lock that tells whether a live supervisor holds a data directory, and which process it is."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psutil

from workers.embedded.errors import AlreadyRunning, FolderUnusable
from workers.embedded.processes import Identity, find, identify

PROBES_PASS = timedelta(milliseconds=500)
"""How long a probe of `is_held` may keep a supervisor from taking the lock, at the very most."""


@contextmanager
def held(run_dir: Path, *, signed: bool = True) -> Iterator[None]:
    """Hold the data directory; the system lets go of it however this process ends.

    A supervisor signs the lock, so that it can be found and told to end.
    Raises `AlreadyRunning` if another supervisor holds it.
    """
    descriptor = os.open(lock_of(run_dir), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _taken(descriptor, PROBES_PASS):
            raise AlreadyRunning(run_dir.parent)
        os.ftruncate(descriptor, 0)
        if signed:
            _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def is_held(run_dir: Path) -> bool:
    """Tell whether a live supervisor holds this data directory. Raises `FolderUnusable`."""
    try:
        descriptor = os.open(lock_of(run_dir), os.O_RDWR)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except PermissionError as refused:
        raise FolderUnusable(run_dir.parent, "it belongs to another user") from refused
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def holder(run_dir: Path) -> Identity | None:
    """The live process that the lock names; `None` if it names none, or one that is gone."""
    try:
        named = Identity.model_validate_json(lock_of(run_dir).read_text())
    except (OSError, ValueError):
        return None
    return named if find(named) else None


def lock_of(run_dir: Path) -> Path:
    return run_dir / "lock"


def _sign(descriptor: int) -> None:
    if ourselves := identify(os.getpid(), psutil.Process().cmdline()):
        os.pwrite(descriptor, ourselves.model_dump_json().encode(), 0)


def _taken(descriptor: int, patience: timedelta) -> bool:
    until = time.monotonic() + patience.total_seconds()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        else:
            return True
