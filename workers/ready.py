"""How a process without a port tells its supervisor that it is ready."""

import os
from pathlib import Path

READY_FILE = "CAREPATH_READY_FILE"


def announce_ready() -> None:
    """Say that this process does its work now; without a supervisor nobody asked, nothing happens.

    The supervisor removes the file before each start and waits for it to come back.
    """
    path = os.environ.get(READY_FILE)
    if path:
        Path(path).touch()
