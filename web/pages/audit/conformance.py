"""Conformance as a page: how much was checked, and every exception with a way to look into it."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from audit.conformance import Checked, Departure, departures
from projections.follow import Until
from web.audit_replay import log_of, note_clinic_read
from web.pages.rendering import page
from web.pages.visit import Visiting
from web.rights.needs import needs
from web.rights.permissions import Permission

SHOWN = 500
"""Exceptions on the page."""

SAYS = {
    "refused": "The rules refuse it",
    "decided_otherwise": "The rules decide otherwise",
    "no_command": "No command leads there",
    "relied_on_nothing": "It relies on what was not there",
    "ids": "Its id is not its command's",
    "gap": "An event before it is missing",
}

router = APIRouter(prefix="/audit/conformance", dependencies=[needs(Permission.READ_AUDIT)])


@router.get("")
async def conformance(visit: Visiting) -> HTMLResponse:
    """Every decision of the clinic taken again, and those that do not follow."""
    await note_clinic_read(visit.request, visit.services, "/audit/conformance")
    log, checked = log_of(visit.services), Checked()
    position = await log.position()
    found: list[Departure] = []
    async for one in departures(log, Until(seq=position), checked):
        if len(found) < SHOWN:
            found.append(one)
    return page(
        visit.request,
        "audit/conformance.html",
        checked=checked,
        position=position,
        found=found,
        says=SAYS,
    )
