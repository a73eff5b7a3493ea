"""The lock that tells whether a live supervisor holds a data directory."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from workers.embedded.errors import AlreadyRunning, FolderUnusable

PROBES_PASS = timedelta(milliseconds=500)
"""How long a probe of `is_held` may keep a supervisor from taking the lock, at the very most."""


@contextmanager
def held(run_dir: Path) -> Iterator[None]:
    """Hold the data directory; the system lets go of it however this process ends.

    Raises `AlreadyRunning` if another supervisor holds it.
    """
    descriptor = os.open(run_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _taken(descriptor, PROBES_PASS):
            raise AlreadyRunning(run_dir.parent)
        yield
    finally:
        os.close(descriptor)


def is_held(run_dir: Path) -> bool:
    """Tell whether a live supervisor holds this data directory. Raises `FolderUnusable`."""
    try:
        descriptor = os.open(run_dir / "lock", os.O_RDWR)
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
