"""What a process shows at /metrics: its own metrics, the log's figures, and those of Temporal."""

from collections.abc import Awaitable, Callable

import httpx
from prometheus_client import CollectorRegistry, generate_latest

from workers.embedded.ports import LOOPBACK


async def no_figures() -> None:
    """Read nothing: only the projector looks at the log for its metrics."""


class Exposition:
    """Puts the texts together; `temporal_port` is where Temporal's library shows its own."""

    def __init__(
        self,
        registry: CollectorRegistry,
        read_figures: Callable[[], Awaitable[None]] = no_figures,
        temporal_port: int | None = None,
    ) -> None:
        self._registry = registry
        self._read_figures = read_figures
        self._temporal_port = temporal_port

    async def __call__(self) -> bytes:
        """The metrics in the text format of Prometheus."""
        await self._read_figures()
        return generate_latest(self._registry) + await self._of_temporal()

    async def _of_temporal(self) -> bytes:
        if self._temporal_port is None:
            return b""
        async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
            try:
                answer = await client.get(f"http://{LOOPBACK}:{self._temporal_port}/metrics")
            except httpx.HTTPError:
                return b""
        return answer.content
