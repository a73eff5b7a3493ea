"""TLS before a server on loopback that speaks none: what a proxy does in a deployment.

The embedded PostgreSQL is built without TLS, and Temporal's small server has none either.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

LOOPBACK = "127.0.0.1"
PIECE = 65536
SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""What a client of PostgreSQL says before TLS; it is answered with one letter."""

Begin = Callable[[socket.socket], Awaitable[None]]


def speaking_as(part: Path, trusted: Path | None = None, *protocols: str) -> ssl.SSLContext:
    """A server with the part's certificate, which asks for one where some are trusted."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=trusted)
    context.load_cert_chain(part / "tls.crt", part / "tls.key")
    context.verify_mode = ssl.CERT_REQUIRED if trusted else ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


async def as_postgresql_does(client: socket.socket) -> None:
    """Refuse whoever does not ask for TLS first."""
    loop = asyncio.get_running_loop()
    if await loop.sock_recv(client, len(SSL_REQUEST)) != SSL_REQUEST:
        message = "somebody speaks to PostgreSQL without TLS"
        raise ConnectionAbortedError(message)
    await loop.sock_sendall(client, b"S")


@dataclass
class Front:
    """Listens on a port of its own, and leads each connection to `behind` once TLS stands."""

    behind: int
    context: ssl.SSLContext
    begin: Begin | None = None
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            client, _ = await loop.sock_accept(listener)
            task = asyncio.create_task(self._lead(client))
            self.under_way.add(task)
            task.add_done_callback(self.under_way.discard)

    async def _lead(self, client: socket.socket) -> None:
        try:
            if self.begin:
                await self.begin(client)
            outer = await self._accepted(client)
        except BaseException as refused:
            client.close()
            if isinstance(refused, OSError):
                return
            raise
        try:
            inner = await asyncio.open_connection(LOOPBACK, self.behind)
        except OSError:
            await _closed(outer[1])
            return
        await _joined(outer, inner)

    async def _accepted(
        self, client: socket.socket
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol, client, ssl=self.context
        )
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


@asynccontextmanager
async def front(
    behind: int, context: ssl.SSLContext, begin: Begin | None = None
) -> AsyncIterator[int]:
    """The port on which the server `behind` is reached by TLS, while the block lasts."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.setblocking(False)
        door = Front(behind, context, begin)
        serving = asyncio.create_task(door.serve(listener))
        try:
            yield listener.getsockname()[1]
        finally:
            ending = [serving, *door.under_way]
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)


Way = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _joined(outer: Way, inner: Way) -> None:
    try:
        await asyncio.wait(
            [
                asyncio.ensure_future(_carry(outer[0], inner[1])),
                asyncio.ensure_future(_carry(inner[0], outer[1])),
            ]
        )
    finally:
        await asyncio.gather(_closed(outer[1]), _closed(inner[1]))


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Until one side ends; then the other is ended too."""
    with contextlib.suppress(OSError):
        while piece := await source.read(PIECE):
            target.write(piece)
            await target.drain()
    target.close()


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
