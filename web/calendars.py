"""Links to calendars, for programs: /api/calendars/{entity_id}/links."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from domain.value import Value
from web.answers import answers
from web.calendar_feed import Feed
from web.calendar_links import PATH, CalendarLinks, Link, TooManyLinks
from web.errors import NotFound
from web.rights.calendars import needs_of_calendar
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.security import Acting

router = APIRouter(
    prefix="/api/calendars/{entity_id}/links",
    tags=["calendars"],
    dependencies=[needs(Permission.LINK_CALENDARS), needs_of_calendar()],
)


class Links(Value):
    """The living links of one calendar, the latest first; no secret is told again."""

    calendar: str
    links: tuple[Link, ...]


class Linked(Value):
    """A link that was just made. `url` holds its secret, and is told this once."""

    id: UUID
    calendar: str
    url: str


class Revoked(Value):
    """A link that leads nowhere any more."""

    id: UUID
    calendar: str


def links_of(request: Request) -> CalendarLinks:
    """The links of this installation."""
    feed: Feed = request.app.state.calendar_feed
    return feed.links


Linking = Annotated[CalendarLinks, Depends(links_of)]


async def make_link(request: Request, calendar: str) -> Linked:
    """Make a link to a calendar, at the address by which browsers reach carepath.

    Raises `NotThisAddress` and `TooManyLinks`.
    """
    address: str = request.app.state.door.address(request, PATH)
    made, secret = await links_of(request).make(calendar, request.state.actor)
    return Linked(id=made, calendar=calendar, url=f"{address}{secret}.ics")


@router.get("", responses=answers(NotFound, Forbidden))
async def links(entity_id: str, linking: Linking) -> Links:
    """Who made which link, when, and when each was first used."""
    return Links(calendar=entity_id, links=await linking.of(entity_id))


@router.post("", responses=answers(NotFound, Forbidden, TooManyLinks))
async def link(entity_id: str, request: Request) -> Linked:
    """Make a link to the calendar of a patient, a clinician or a group."""
    return await make_link(request, entity_id)


@router.post("/{link_id}/revoke", responses=answers(NotFound, Forbidden))
async def revoke(entity_id: str, link_id: UUID, linking: Linking, actor: Acting) -> Revoked:
    """Revoke a link: from now on it is answered as one that never was."""
    await linking.revoke(entity_id, link_id, actor)
    return Revoked(id=link_id, calendar=entity_id)
