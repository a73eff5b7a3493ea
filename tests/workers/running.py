"""Processes as they are run, and a collector that takes the spans that they send."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from workers.embedded.ports import LOOPBACK


class Collector:
    """Takes spans as OTLP sends them, over HTTP."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.url = ""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._take, LOOPBACK, 0)
        self.url = f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        (length,) = (int(line[15:]) for line in head.splitlines() if "content-length:" in line)
        self.taken.append(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def running(process: str, environment: dict[str, str]) -> AsyncIterator[Process]:
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "cli.main", "run", process),
        env={**os.environ, **environment},
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def answered(url: str, process: Process) -> Any:
    """What a process answers as soon as it listens."""
    async with asyncio.timeout(40), httpx.AsyncClient(trust_env=False) as client:
        while process.returncode is None:
            try:
                return (await client.get(url)).json()
            except httpx.ConnectError:
                await asyncio.wait([asyncio.ensure_future(process.wait())], timeout=0.1)
    raise AssertionError(process.returncode)
