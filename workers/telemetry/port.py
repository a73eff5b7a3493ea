"""The port on which a process shows itself, on loopback only: /healthz, /readyz and /metrics."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.status import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from workers.embedded.errors import StackError
from workers.embedded.ports import LOOPBACK
from workers.serving import Server

Ready = Callable[[], Awaitable[bool]]
Exposed = Callable[[], Awaitable[bytes]]

log = structlog.get_logger(__name__)


class MetricsPortTaken(StackError):
    """Another program listens where this process was to show itself."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"port {port} is used by another program: give each process a free one of its own in "
            "CAREPATH_METRICS_PORT, or none"
        )
        self.port = port


def create_app(ready: Ready, exposed: Exposed) -> Starlette:
    """What is shown there; `exposed` gives the metrics in the text format of Prometheus."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(_request: Request) -> Response:
        ok = await ready()
        return JSONResponse({"ok": ok}, HTTP_200_OK if ok else HTTP_503_SERVICE_UNAVAILABLE)

    async def metrics(_request: Request) -> Response:
        return Response(await exposed(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
        ]
    )


@asynccontextmanager
async def shown(port: int | None, ready: Ready, exposed: Exposed) -> AsyncIterator[int | None]:
    """Show the process on `port` (0: any free one) while the block runs; nothing without a port.

    Gives the port. Raises `MetricsPortTaken`.
    """
    if port is None:
        yield None
        return
    with _listening(port) as listener:
        server = Server(create_app(ready, exposed))
        serving = asyncio.create_task(server.serve([listener]))
        chosen: int = listener.getsockname()[1]
        log.info("metrics_shown", port=chosen)
        try:
            yield chosen
        finally:
            server.should_exit = True
            await serving


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    try:
        listener = socket.create_server((LOOPBACK, port))
    except OSError as taken:
        raise MetricsPortTaken(port) from taken
    with listener:
        yield listener
