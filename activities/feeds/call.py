"""One call of a receiver: whether it has taken the event, and if not, what to do."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx

from activities.calls import retry_after

PATIENCE = timedelta(seconds=20)
"""For one answer."""

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_ASKED = timedelta(days=1)

TRIES = 20
"""So often, over eight hours, one event is sent before somebody has to look."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a receiver has not taken an event, in a word, and how long it asks to be left alone.

    `for_good`: it wants no more calls.
    """

    why: str
    asked: timedelta | None = None
    for_good: bool = False

    def wait(self, failures: int) -> timedelta:
        """How long to wait after so many failures before this one."""
        own: timedelta = min(FIRST_WAIT * 2 ** min(failures, TRIES), LONGEST_WAIT)
        return max(own, min(self.asked or own, LONGEST_ASKED))

    def parks(self, failures: int) -> bool:
        """Whether it was the last try, after so many failures before it."""
        return self.for_good or failures + 1 >= TRIES


async def call(
    client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]
) -> Failure | None:
    """Send an event; None if it was taken, which any 2xx says. Redirects are not followed."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            answer = await client.post(url, content=body, headers=headers, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return Failure("unreachable")
    if answer.is_success:
        return None
    return Failure(
        f"answered_{answer.status_code}",
        asked=retry_after(answer),
        for_good=answer.status_code == httpx.codes.GONE,
    )
