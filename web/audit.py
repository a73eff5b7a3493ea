"""Audit: /api/audit."""

from typing import Annotated

from fastapi import APIRouter, Query

from audit.reconcile import Reconciled, reconcile
from web.answers import answers
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.services import Serving

MOST = 200
"""Entities compared in one request at most."""

router = APIRouter(prefix="/api/audit", tags=["audit"])


@router.get("/reconcile", responses=answers(Forbidden), dependencies=[needs(Permission.READ_AUDIT)])
async def reconciled(
    services: Serving,
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> Reconciled:
    """Compare what workflows hold with what the log says, for the next entities of the log."""
    return await reconcile(services.store, services.entities, after, limit)
