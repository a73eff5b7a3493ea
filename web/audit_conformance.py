"""Conformance: /api/audit/conformance, whether histories could have come from the rules."""

from collections.abc import AsyncIterator
from dataclasses import asdict

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from audit.conformance import Checked, Conformance, Departure, departures, departures_of
from audit.deciding import Retaking
from audit.elsewhere import Elsewhere
from projections.follow import Until
from web.answers import answers
from web.audit_replay import log_of, note_clinic_read, stream_read
from web.audit_streams import array, begun, members
from web.errors import NotFound
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.services import Serving

router = APIRouter(prefix="/api/audit", tags=["audit"])


@router.get(
    "/conformance",
    responses=answers(NotFound, Forbidden),
    dependencies=[needs(Permission.READ_AUDIT)],
    response_model=Conformance,
)
async def conformance(
    request: Request, services: Serving, entity: str | None = None
) -> StreamingResponse:
    """Take every decision again, of one entity or of all, and list what does not follow."""
    log, checked = log_of(services), Checked()
    position = await log.position()
    if entity is None:
        await note_clinic_read(request, services)
        found = departures(log, Until(seq=position), checked)
    else:
        stream = await stream_read(request, services, entity)
        found = departures_of(stream, Retaking(Elsewhere(log)), checked)
    return await begun(_document(position, found, checked))


async def _document(
    position: int, found: AsyncIterator[Departure], checked: Checked
) -> AsyncIterator[str]:
    yield f'{{"position": {position}, "departures": '
    async for part in array(found):
        yield part
    counts = {name: count for name, count in asdict(checked).items() if name != "departures"}
    yield f", {members(counts)}}}"
