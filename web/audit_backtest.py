"""Back-test: /api/audit/backtest, what a changed policy would have decided otherwise."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from audit.backtest import BackTest, Otherwise, Tally, backtest
from audit.log import Log
from domain.decider import Reason
from domain.programmes.definition import Definition
from projections.follow import Until
from web import requests
from web.answers import answers
from web.audit_replay import log_of, note_clinic_read
from web.audit_streams import array, begun, members
from web.body import read_object
from web.errors import BadRequest, TooLong, TooSlow
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.services import Serving
from web.written.definitions import NotADefinition, read_document

router = APIRouter(prefix="/api/audit", tags=["audit"])


@router.post(
    "/backtest",
    openapi_extra=requests.DEFINITION,
    responses=answers(BadRequest, Forbidden, TooSlow, TooLong),
    dependencies=[needs(Permission.READ_AUDIT)],
    response_model=BackTest,
)
async def tested(request: Request, services: Serving) -> StreamingResponse:
    """Take every decision of a programme again under the definition in the body."""
    changed = _definition(await read_object(request))
    await note_clinic_read(request, services)
    log = log_of(services)
    position = await log.position()
    return await begun(_document(log, changed, position))


def _definition(body: object) -> Definition:
    try:
        return read_document(body)
    except NotADefinition as wrong:
        reasons = [Reason(code=one.code, message=str(one)) for one in wrong.problems]
        raise BadRequest("This is no definition: correct it.", reasons) from None


async def _document(log: Log, changed: Definition, position: int) -> AsyncIterator[str]:
    counts = Tally()
    found: AsyncIterator[Otherwise] = backtest(log, changed, Until(seq=position), counts)
    head = {"position": position, "programme": changed.label}
    yield f'{json.dumps(head)[:-1]}, "otherwise": '
    async for part in array(found):
        yield part
    yield f", {members(summary(counts))}}}"


def summary(counts: Tally) -> dict[str, object]:
    """What a back-test came to."""
    return {
        "decisions": counts.decisions,
        "unexplained": counts.unexplained,
        "follow": counts.follow,
        "stopped": counts.stopped,
        "entities": len(counts.entities),
        "by_month": {month: dict(of) for month, of in sorted(counts.by_month.items())},
        "follow_by_month": dict(sorted(counts.follow_by_month.items())),
    }
