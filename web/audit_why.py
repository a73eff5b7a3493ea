"""Why: /api/audit/why, who asked for an event, what was checked, what led to it and followed."""

from collections.abc import Iterator
from uuid import UUID

from fastapi import APIRouter, Request

from audit.causes import Causes, Place
from audit.why import Asking, Node, Why
from domain.deciders import DECIDERS
from web.answers import answers
from web.audit_replay import log_of, seen_by, stream_read
from web.errors import BadRequest, NotFound
from web.rights.errors import Forbidden
from web.rights.fields import OF_PATIENTS
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_reading
from web.services import Services, Serving

router = APIRouter(prefix="/api/audit", tags=["audit"])


@router.get(
    "/why/{event}",
    responses=answers(BadRequest, NotFound, Forbidden),
    dependencies=[needs(Permission.READ_AUDIT)],
)
async def why(event: str, request: Request, services: Serving) -> Why:
    """Why an event is there, which is named by its seq or by its id."""
    return await explained(event, request, services)


async def explained(event: str, request: Request, services: Services) -> Why:
    """The same for a page. Every patient who stands in the tree was read, and is recorded."""
    place = await _place(event, services)
    stream = await stream_read(request, services, place.stream_id)
    asking = Asking(log_of(services), seen_by(request, place.stream_id))
    found = await asking.why(place, stream)
    others = {one for one in _entities(found.tree) if one.partition("-")[0] in OF_PATIENTS}
    for entity_id in sorted(others - {place.stream_id}):
        await note_reading(request, entity_id)
    return found


async def _place(event: str, services: Services) -> Place:
    causes = Causes(log_of(services))
    if event.isdecimal():
        place = await causes.place_of(min(int(event), 2**63 - 1))
    else:
        event_id = _event_id(event)
        place = (await causes.places([event_id])).get(event_id)
    if place is None or place.stream_id.partition("-")[0] not in DECIDERS:
        raise NotFound("The log holds no event of an entity at this place: check the seq or id.")
    return place


def _event_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest("Name an event by its seq, such as 40, or by its id, a UUID.") from None


def _entities(node: Node) -> Iterator[str]:
    yield node.entity_id
    for one in node.led_to:
        yield from _entities(one)
