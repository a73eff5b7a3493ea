"""Recovery: /api/recover."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from audit.living import living_of
from domain.value import Value
from web.answers import answers
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.services import Services, Serving

MOST = 500
"""Entities of one request at most."""

STARTS_AT_ONCE = 8

router = APIRouter(prefix="/api/recover", tags=["recovery"])


class Recovered(Value):
    """Of so many entities that were `read`, how many are open, and what became of those.

    More are to be read after `next`, if it is given.
    """

    read: int
    open: int
    started: int
    running: int
    next: str | None


@router.post("", responses=answers(Forbidden), dependencies=[needs(Permission.RECOVER)])
async def recover(
    services: Serving,
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> Recovered:
    """Start the workflows that are missing among the next entities of the log.

    An entity has one if it is open or has effects pending. It may be repeated.
    """
    ids = await services.store.streams(None, after, limit)
    living = await living_of(services.store, services.pool, ids)
    started = await _started(services, living)
    return Recovered(
        read=len(ids),
        open=len(living),
        started=started,
        running=len(living) - started,
        next=ids[-1] if len(ids) == limit else None,
    )


async def _started(services: Services, entity_ids: Sequence[str]) -> int:
    """How many of the entities had no workflow, and have one now."""
    free = asyncio.Semaphore(STARTS_AT_ONCE)

    async def start(entity_id: str) -> bool:
        async with free:
            return await services.entities.start(entity_id)

    return sum(await asyncio.gather(*(start(entity_id) for entity_id in entity_ids)))
