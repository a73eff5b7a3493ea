"""Emmett's PostgreSQL event store on the same server, if node and its package are here."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import which
from typing import Any, TypeVar

from bench.appending import DATA, Load
from bench.rounds import Round

T = TypeVar("T")

FOLDER = Path(__file__).parent
PROGRAM = FOLDER / "emmett.mjs"
PACKAGE = FOLDER / "node_modules" / "@event-driven-io" / "emmett-postgresql"
ABSENT = "Emmett is left out: it needs node, and `make bench-others` to install it"
ENDS_WITHIN_S = 10


def is_here() -> bool:
    """Node and the package have been installed."""
    return which("node") is not None and PACKAGE.is_dir()


@asynccontextmanager
async def emmett_on(dsn: str, writers: int) -> AsyncIterator[Process]:
    """A node process with a connection for each writer, its tables made."""
    given = {**os.environ, "EMMETT_DATABASE_URL": dsn, "EMMETT_CONNECTIONS": str(writers)}
    process = await asyncio.create_subprocess_exec(
        "node", PROGRAM, stdin=PIPE, stdout=PIPE, env=given
    )
    try:
        await _answer(process)
        yield process
    finally:
        await _end(process)


def appending_to(process: Process, load: Load) -> Round:
    """Events a second, each writer with a stream of its own and the version that it expects."""

    async def run() -> float:
        asked = {"writers": load.writers, "commands": load.commands, "data": json.loads(DATA)}
        _pipe(process.stdin).write(json.dumps(asked).encode() + b"\n")
        return float(load.events / (await _answer(process))["seconds"])

    return run


async def _answer(process: Process) -> dict[str, Any]:
    line = await _pipe(process.stdout).readline()
    if not line:
        message = "Emmett's program has ended: see what it wrote on standard error"
        raise RuntimeError(message)
    found: dict[str, Any] = json.loads(line)
    return found


async def _end(process: Process) -> None:
    """Its program ends with its input; if not, it is ended."""
    _pipe(process.stdin).close()
    try:
        await asyncio.wait_for(process.wait(), ENDS_WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.wait()


def _pipe(pipe: T | None) -> T:
    assert pipe is not None
    return pipe
