"""Live pages: /live tells a browser which views have moved and which lag, by server-sent events.

A message holds views' names with a number or an instant, and nothing of anybody: the page asks
again for what it shows, under the rights of whoever reads it.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from web.pages.changes import Change, Changes, Heard, Late
from web.rights.needs import needs
from web.rights.permissions import Permission

HEARTBEAT = timedelta(seconds=15)
"""A page hears something as often as this, or knows that its connection has died without a word."""

LASTS = timedelta(minutes=10)
"""Then the browser connects again, and so proves again who it is."""

RETRY_MS = 1500

router = APIRouter(dependencies=[needs(Permission.SIGNED_IN)])


@router.get("/live")
async def live(request: Request) -> StreamingResponse:
    """Each move of a view and what lags, until the browser leaves or this process ends."""
    changes: Changes = request.app.state.changes
    return StreamingResponse(
        _told(changes), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _told(changes: Changes) -> AsyncIterator[str]:
    ends_at = time.monotonic() + LASTS.total_seconds()
    async with changes.heard() as heard:
        yield f"retry: {RETRY_MS}\n{_here()}"
        while time.monotonic() < ends_at:
            try:
                change = await _next(heard)
            except TimeoutError:
                yield _here()
                continue
            if change is None:
                return
            yield _message(change)


async def _next(heard: Heard) -> Change | Late | None:
    async with asyncio.timeout(HEARTBEAT.total_seconds()):
        return await heard.get()


def _here() -> str:
    """That the connection lives, and in how many milliseconds that is said again."""
    return f"event: here\ndata: {HEARTBEAT // timedelta(milliseconds=1)}\n\n"


def _message(told: Change | Late) -> str:
    if isinstance(told, Late):
        since = {view: one.isoformat() for view, one in told.since.items()}
        return f"event: late\ndata: {json.dumps(since)}\n\n"
    change = json.dumps({"topic": told.topic, "seq": told.seq})
    return f"event: changed\ndata: {change}\n\n"
