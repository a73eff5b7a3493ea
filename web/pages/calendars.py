"""The links to one calendar: which there are, making one, and revoking one that is not needed."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER

from web.calendars import Linked, links_of, make_link
from web.pages.addresses import home_of
from web.pages.rendering import page
from web.pages.visit import Visit, Visiting
from web.person import Person
from web.rights.calendars import needs_of_calendar
from web.rights.needs import may_read, needs
from web.rights.permissions import Permission

TITLES = {
    "pathway": "The patient's calendar",
    "clinician": "The clinician's calendar",
    "group": "The group's calendar",
}

router = APIRouter(
    prefix="/calendars/{entity_id}",
    dependencies=[needs(Permission.LINK_CALENDARS), needs_of_calendar()],
)


@router.get("")
async def links(entity_id: str, visit: Visiting) -> HTMLResponse:
    """Who made which link, and whether it was used."""
    return await _shown(visit, entity_id)


@router.post("")
async def make(entity_id: str, visit: Visiting) -> HTMLResponse:
    """Make a link, and show it this once: no address of ours ever holds its secret."""
    return await _shown(visit, entity_id, await make_link(visit.request, entity_id))


@router.post("/{link_id}/revoke")
async def revoke(entity_id: str, link_id: UUID, visit: Visiting) -> RedirectResponse:
    """Revoke a link, and show those that are left."""
    await links_of(visit.request).revoke(entity_id, link_id, visit.actor)
    return RedirectResponse(f"/calendars/{entity_id}", HTTP_303_SEE_OTHER)


async def _shown(visit: Visit, entity_id: str, made: Linked | None = None) -> HTMLResponse:
    person: Person = visit.request.state.person
    own = entity_id == person.clinician_id
    return page(
        visit.request,
        "calendars/links.html",
        entity_id=entity_id,
        title="Your calendar" if own else TITLES[entity_id.partition("-")[0]],
        back=home_of(entity_id) if may_read(visit.actor.role, entity_id) else "/",
        links=await links_of(visit.request).of(entity_id),
        made=made,
    )
