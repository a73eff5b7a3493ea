"""Audit: /api/audit."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from audit.reconcile import Reconciled, reconcile
from audit.replay import Census, census, replay
from domain.deciders import UnknownEntity
from web.answers import answers
from web.entities import Shown, shown
from web.errors import UNKNOWN_ENTITY, BadRequest, NotFound
from web.identity import known_form
from web.instants import instant
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_reading
from web.services import Serving

MOST = 200
"""Entities compared in one request at most."""

router = APIRouter(prefix="/api/audit", tags=["audit"])


@router.get(
    "/replay",
    responses=answers(BadRequest, NotFound, Forbidden),
    dependencies=[needs(Permission.READ_AUDIT)],
)
async def replayed(
    request: Request,
    services: Serving,
    entity: str | None = None,
    as_of: str | None = None,
    known_at: str | None = None,
) -> Shown | Census:
    """One entity, or all pathways, as they were by `as_of` and known by `known_at`.

    An entity that did not exist then has no state, and is not among all pathways; one of which the
    log knows nothing at all is not found.
    """
    effective, known = instant(as_of, "as_of"), instant(known_at, "known_at")
    if entity is not None:
        await note_reading(request, entity)
    if entity is None:
        return await census(services.store, effective, known)
    try:
        found = await replay(services.store, known_form(entity), effective, known)
    except UnknownEntity:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,)) from None
    if not found.existed and not await services.store.read_stream(entity):
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,))
    return shown(found, request.state.actor.role)


@router.get("/reconcile", responses=answers(Forbidden), dependencies=[needs(Permission.READ_AUDIT)])
async def reconciled(
    services: Serving,
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> Reconciled:
    """Compare what workflows hold with what the log says, for the next entities of the log."""
    return await reconcile(services.store, services.entities, after, limit)
