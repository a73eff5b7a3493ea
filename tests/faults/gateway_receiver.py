"""Whatever is called over HTTP, in a process of its own: `python -m tests.faults.gateway_receiver`.

It takes text messages, records and inquiries, each once per `Idempotency-Key`, and refuses another
body under the same key. Every call is a line in a file, on disk before the caller is told. After
SIGUSR1 it hangs up once on each path, having taken the call, so that nobody hears that it did.
"""

import argparse
import asyncio
import hashlib
import json
import os
import signal
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

Answer = tuple[HTTPStatus, dict[str, Any]]

ACTIVE = {"transaction": "271", "outcome": "active", "valid_until": "2199-12-31"}


class Receiver:
    """Keeps path, key and the digest of the body of every call, and remembers across its lives."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        lines = [line.split() for line in file.read_text().splitlines()]
        self._bodies = {key: digest for _path, key, digest in lines}
        self._hangs_up_on: set[str] = set()

    def hang_up(self) -> None:
        self._hangs_up_on = {"/notify", "/benefits", "/share"}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            method, path, headers, body = await _read(reader)
            answer = self._answered(method, path, headers, body)
            if path in self._hangs_up_on:
                self._hangs_up_on.remove(path)
                writer.transport.abort()
            else:
                writer.write(_written(*answer))
                await writer.drain()
        writer.close()

    def _answered(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if method == "GET":
            return HTTPStatus.OK, ACTIVE
        key, digest = headers["idempotency-key"], hashlib.sha256(body).hexdigest()
        os.write(self._file, f"{path} {key} {digest}\n".encode())
        os.fsync(self._file)
        if self._bodies.setdefault(key, digest) != digest:
            return HTTPStatus.UNPROCESSABLE_ENTITY, {}
        return HTTPStatus.ACCEPTED, {"reference": key}


async def _read(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str], bytes]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
    method, path, _ = first.split(" ")
    return method, path, headers, await reader.readexactly(int(headers.get("content-length", 0)))


def _written(status: HTTPStatus, said: dict[str, Any]) -> bytes:
    content = json.dumps(said).encode()
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-length: {len(content)}\r\n"
    return f"{head}connection: close\r\n\r\n".encode() + content


async def _serve(port: int, file: Path) -> None:
    receiver = Receiver(file)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, receiver.hang_up)
    async with await asyncio.start_server(receiver.serve, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.faults.gateway_receiver", description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("file", type=Path)
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.port, chosen.file))
