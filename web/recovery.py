"""Recovery: /api/recover."""

import asyncio

from fastapi import APIRouter

from domain.deciders import CLOSING_EVENTS
from domain.value import Value
from web.services import Services, Serving

PAGE = 200
"""Streams listed at once."""

STARTS_AT_ONCE = 8

router = APIRouter(prefix="/api/recover", tags=["recovery"])


class Recovered(Value):
    """How many open entities the log has, and how many workflows were started or ran already."""

    open: int
    started: int
    running: int


@router.post("")
async def recover(services: Serving) -> Recovered:
    """Start a workflow for every open entity of the log that has none. It may be repeated."""
    found, started, after = 0, 0, ""
    while page := await services.store.open_streams(CLOSING_EVENTS, after, PAGE):
        found += len(page)
        started += await _started(services, page)
        after = page[-1]
    return Recovered(open=found, started=started, running=found - started)


async def _started(services: Services, entity_ids: list[str]) -> int:
    """How many of the entities had no workflow, and have one now."""
    free = asyncio.Semaphore(STARTS_AT_ONCE)

    async def start(entity_id: str) -> bool:
        async with free:
            return await services.entities.start(entity_id)

    return sum(await asyncio.gather(*(start(entity_id) for entity_id in entity_ids)))
