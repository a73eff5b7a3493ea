"""Waiting for something to be said, but not for ever."""

import asyncio
from contextlib import suppress
from datetime import timedelta


async def wait_at_most(event: asyncio.Event, at_most: timedelta) -> None:
    """Wait until the event is set, or that time is over.

    Not by `asyncio.wait_for`: in Python 3.11 it forgets a cancellation that comes with the event,
    and whoever waits in a loop would never end.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(at_most.total_seconds()):
            await event.wait()
