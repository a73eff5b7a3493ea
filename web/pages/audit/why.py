"""Why an event is there: its command, its guards, and the tree of causes as a picture."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from web.audit_why import explained
from web.pages.audit.tree import drawn
from web.pages.rendering import page
from web.pages.visit import Visiting
from web.rights.needs import needs
from web.rights.permissions import Permission

router = APIRouter(prefix="/audit/why", dependencies=[needs(Permission.READ_AUDIT)])


@router.get("/{event}")
async def why(event: str, visit: Visiting) -> HTMLResponse:
    """All that explains one event, which is named by its seq or its id."""
    found = await explained(event, visit.request, visit.services)
    return page(visit.request, "audit/why.html", why=found, tree=drawn(found.tree))
