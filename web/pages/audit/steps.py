"""One entity event by event: a slider over its events, and what was so after each."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from audit.stepping import Asked, is_late, steps
from domain.actor import Role
from web.audit_replay import seen_by, whole_stream
from web.pages.rendering import page
from web.pages.visit import Visiting
from web.rights.needs import needs, needs_of_kind
from web.rights.permissions import Permission

router = APIRouter(
    prefix="/audit/entities", dependencies=[needs(Permission.READ_AUDIT), needs_of_kind()]
)

WHO: tuple[Role, ...] = ("coordinator", "clinician", "facilitator", "supervisor", "administrator")
"""For whom the page says what was permitted."""


@router.get("/{entity_id}")
async def stepped(
    entity_id: str,
    visit: Visiting,
    at: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    role: Role = "supervisor",
) -> HTMLResponse:
    """The entity after one of its events, the latest without `at`."""
    events = await whole_stream(visit.services, entity_id)
    last = events[-1].version
    version = min(at or last, last)
    asked = Asked(first=version, last=version, role=role, see=seen_by(visit.request, entity_id))
    look = visit.services.definitions.version
    [step] = [one async for one in steps(entity_id, events, look, asked)]
    place = next(number for number, one in enumerate(events) if one.version == version)
    return page(
        visit.request,
        "audit/steps.html",
        entity_id=entity_id,
        kind=entity_id.partition("-")[0],
        step=step,
        last=last,
        role=role,
        roles=WHO,
        around=events[max(0, place - 5) : place + 6],
        late={one.version for one in events if is_late(one)},
    )
