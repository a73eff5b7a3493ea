"""A web server on loopback that answers as it is told, and remembers what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from activities.calls import Endpoint


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def written(self) -> bytes:
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        headers = {"content-length": str(len(content)), "connection": "close", **self.headers}
        lines = [f"HTTP/1.1 {self.status} said", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Web:
    """`replies` are given in turn, the last for ever; without any, it never answers.

    `was_asked` is set once anything has been asked.
    """

    url: str
    client: httpx.AsyncClient
    replies: list[Reply] = field(default_factory=lambda: [Reply()])
    asked: list[Asked] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    def will(self, *replies: Reply) -> None:
        self.replies = list(replies)

    def endpoint(self, name: str, **more: Any) -> Endpoint:
        return Endpoint(name, self.url, self.client, **more)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(await _read(reader))
        self.was_asked.set()
        if not self.replies:
            await reader.read()
        else:
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            writer.write(reply.written())
            await writer.drain()
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, path, _ = first.split(" ")
    return Asked(method, path, headers, body)


@asynccontextmanager
async def web_server() -> AsyncIterator[Web]:
    async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
        web = Web("", client)
        server = await asyncio.start_server(web.answer, "127.0.0.1", 0)
        web.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
        async with server:
            yield web
