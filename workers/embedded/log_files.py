"""Log files of the parts: a fresh one at each start of the stack, none without end."""

import os
import shutil
from pathlib import Path

LARGEST = 10 * 2**20
"""Bytes after which a log is moved aside; one older file is kept, so a part takes twice this."""

TAIL_LINES = 20
TAIL_BYTES = 8_000


def log_of(logs_dir: Path, part: str) -> Path:
    return logs_dir / f"{part}.log"


def rotate(log: Path) -> None:
    """Keep the log of the time before as `NAME.log.1` and begin an empty one."""
    if log.exists() and log.stat().st_size:
        log.replace(_older(log))
    log.touch(mode=0o600)


def limit(log: Path, largest: int = LARGEST) -> None:
    """Move a large log's content aside while its writer, who appends, goes on writing to it."""
    if log.exists() and log.stat().st_size > largest:
        shutil.copyfile(log, _older(log))
        os.truncate(log, 0)


def tail(log: Path) -> str:
    """The last lines of a log, as much as fits a screen; empty if there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-TAIL_LINES:])


def _older(log: Path) -> Path:
    return log.with_name(f"{log.name}.1")
