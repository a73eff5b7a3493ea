"""A client that goes to another web process when the one that it speaks to is gone."""

from collections import deque
from collections.abc import Sequence
from time import monotonic

import httpx

from tests.deploy.tls import LOOPBACK
from tests.load.minutes import Attempt


class Switching(httpx.AsyncBaseTransport):
    """Sends to one of several ports of this machine, and notes every attempt.

    An attempt that got no answer fails, as it does for any client; the next goes elsewhere.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self.attempts: list[Attempt] = []
        self._ports = deque(ports)
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None))

    @property
    def base_url(self) -> str:
        return f"http://{LOOPBACK}:{self._ports[0]}"

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        begun, port = monotonic(), self._ports[0]
        request.url = request.url.copy_with(port=port)
        try:
            answer = await self._inner.handle_async_request(request)
        except httpx.TransportError:
            self._note(begun, None)
            self._leave(port)
            raise
        self._note(begun, answer.status_code)
        return answer

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _note(self, begun: float, status: int | None) -> None:
        now = monotonic()
        self.attempts.append(Attempt(now, now - begun, status))

    def _leave(self, port: int) -> None:
        """Go to the next, unless somebody else has gone there already."""
        if self._ports[0] == port:
            self._ports.rotate(-1)
