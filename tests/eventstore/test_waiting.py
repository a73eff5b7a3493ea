"""Whoever waits for the log ends when told to."""

import asyncio
from datetime import timedelta

import pytest

from eventstore.waiting import wait_at_most

LONG = timedelta(minutes=5)


async def begun(event: asyncio.Event, at_most: timedelta) -> asyncio.Task[None]:
    waiting = asyncio.create_task(wait_at_most(event, at_most))
    for _ in range(3):
        await asyncio.sleep(0)
    assert not waiting.done()
    return waiting


async def test_a_wait_that_is_called_off_just_as_its_event_comes_is_called_off() -> None:
    event = asyncio.Event()
    waiting = await begun(event, LONG)

    event.set()
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_wait_ends_by_its_event_or_by_its_time() -> None:
    event = asyncio.Event()
    waiting = await begun(event, LONG)
    event.set()
    await waiting

    await wait_at_most(asyncio.Event(), timedelta(microseconds=1))
