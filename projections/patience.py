"""Waiting before another attempt: a little longer each time, never very long."""

import asyncio
from datetime import timedelta

FIRST = timedelta(milliseconds=100)
LONGEST = timedelta(seconds=5)


class Patience:
    """The waits between one series of attempts."""

    def __init__(self) -> None:
        self._next = FIRST

    async def wait(self) -> None:
        """Wait, and twice as long the next time, up to `LONGEST`."""
        await asyncio.sleep(self._next.total_seconds())
        self._next = min(self._next * 2, LONGEST)
