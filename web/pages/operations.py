"""Operations: how the log, its seal, views, feeds and workflows are, and building views anew."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.background import BackgroundTask
from starlette.status import HTTP_303_SEE_OTHER

from eventstore.errors import EventStoreError
from projections.errors import ProjectionError, RebuildUnderWay
from projections.rebuild import rebuild
from projections.states import view_states
from projections.view import View
from projections.views import view_named
from web.pages.operations_state import operations
from web.pages.rendering import page
from web.pages.visit import Visiting
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.services import Services

STATES = {
    "running": ("Running", "good"),
    "stopped": ("Stopped", "danger"),
    "rebuilding": ("Being built anew", "active"),
    "outdated": ("Outdated", "attention"),
    "absent": ("Not built yet", "attention"),
}

RECEIVING = {
    "running": ("Sent to", "good"),
    "paused": ("Paused", "neutral"),
    "parked": ("Parked", "danger"),
}

log = structlog.get_logger(__name__)

Name = Annotated[str | None, Query(max_length=40, pattern=r"^[a-z_]+$")]

router = APIRouter(prefix="/operations", dependencies=[needs(Permission.READ_OPERATIONS)])


@router.get("")
async def overview(visit: Visiting, begun: Name = None) -> HTMLResponse:
    """How everything is now; nothing here is about a patient by name."""
    return page(
        visit.request,
        "operations/operations.html",
        found=await operations(visit.services),
        states=STATES,
        receiving=RECEIVING,
        begun=begun,
    )


@router.post("/views/{name}/rebuild", dependencies=[needs(Permission.REBUILD_VIEWS)])
async def build_anew(name: str, visit: Visiting) -> RedirectResponse:
    """Begin to build a view anew beside the one that is read meanwhile, and go back to the page.

    Raises `ViewUnknown`, and `RebuildUnderWay` while somebody builds it.
    """
    view = view_named(name)
    (present,) = await view_states(visit.services.pool, [view])
    if present.state == "rebuilding":
        raise RebuildUnderWay(name)
    return RedirectResponse(
        f"/operations?begun={name}",
        HTTP_303_SEE_OTHER,
        background=BackgroundTask(_rebuild, view, visit.services),
    )


async def _rebuild(view: View[object, object], services: Services) -> None:
    """What it fails at is told by the view's state too, and its old tables stay as they are."""
    try:
        await rebuild(view, services.store, services.pool)
    except (ProjectionError, EventStoreError) as failed:
        log.warning("view_not_rebuilt", view=view.name, cause=type(failed).__name__)
