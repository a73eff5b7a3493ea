"""Calendars that programs subscribe to: GET /calendar/SECRET.ics, for whoever has the link.

Nobody signs in here: the secret is what lets somebody in. Whatever leads nowhere is answered alike,
whether it was revoked, never made, or of somebody who is not to be reached any more.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from starlette.status import HTTP_304_NOT_MODIFIED

from activities.calendars import Agendas, written
from web.calendar_links import PATH, CalendarLinks, Found
from web.errors import NotFound
from web.rates import Limit, Rate
from web.services import Services

FROM_ONE_ADDRESS = Rate(at_once=200, every=timedelta(milliseconds=100))
"""Many people's calendars are asked for from one address: a clinic's, or a calendar service's."""

OF_ONE_LINK = Rate(at_once=20, every=timedelta(minutes=1))
"""A program asks every quarter of an hour; nobody needs to work out a calendar all the time."""

HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="calendar.ics"',
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}

router = APIRouter(include_in_schema=False)


class NoCalendar(NotFound):
    """The link leads nowhere."""

    def __init__(self) -> None:
        super().__init__("There is no calendar here. Ask whoever gave you the link for another.")


@dataclass(frozen=True)
class Feed:
    """What feeds are answered with, and how often."""

    services: Services
    links: CalendarLinks
    agendas: Agendas
    addresses: Limit
    each: Limit

    async def content(self, secret: str, address: str) -> bytes:
        """The calendar that a secret leads to. Raises `NoCalendar` or `TooMany`."""
        self.addresses.take(address)
        found = await self.links.find(secret)
        if found is None:
            raise NoCalendar
        self.each.take(str(found.id))
        return await self._of(found)

    async def _of(self, found: Found) -> bytes:
        entries = await self.agendas.entries(found.calendar)
        if entries is None:
            raise NoCalendar
        await self.links.note_followed(found)
        return await asyncio.to_thread(written, entries, self.services.language)


def add_calendar_feed(app: FastAPI, services: Services) -> None:
    """Have the application serve calendars by their links."""
    now: Callable[[], datetime] = services.now
    links = CalendarLinks(services.pool, services.access_log, now)
    agendas = Agendas(services.store, services.definitions)
    limits = Limit(FROM_ONE_ADDRESS, now), Limit(OF_ONE_LINK, now)
    app.state.calendar_feed = Feed(services, links, agendas, *limits)
    app.include_router(router)


@router.api_route(f"{PATH}{{secret}}.ics", methods=["GET", "HEAD"])
async def calendar(secret: str, request: Request) -> Response:
    """The calendar as it is now, or 304 if the program has it so already."""
    feed: Feed = request.app.state.calendar_feed
    content = await feed.content(secret, request.client.host if request.client else "")
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = HEADERS | {"ETag": tag}
    if _has(request, tag):
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def _has(request: Request, tag: str) -> bool:
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    return tag in (one.removeprefix("W/") for one in known)
