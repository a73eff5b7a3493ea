"""HTTP servers on loopback whose process hears signals itself, and then ends them."""

from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from workers.embedded.ports import LOOPBACK

ENDS_WITHIN_SECONDS = 5
"""How long requests under way may go on after the server was told to end (`should_exit`)."""


class Server(uvicorn.Server):
    """Leaves signals alone.

    uvicorn's own would raise SIGTERM again once it is done, and so end the process before its spans
    are sent and its connections are closed.
    """

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=LOOPBACK,
                port=port,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=ENDS_WITHIN_SECONDS,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
