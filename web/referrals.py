"""Referrals: /api/referrals."""

from fastapi import APIRouter, Request

from activities.fhir import MAX_BYTES
from web import requests
from web.answers import answers
from web.body import read_body
from web.errors import Crowded, TooSlow
from web.intake import take_in
from web.outcome import Intake
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.security import Acting
from web.services import Serving

router = APIRouter(prefix="/api/referrals", tags=["referrals"])


@router.post(
    "",
    openapi_extra=requests.REFERRAL,
    responses=answers(Forbidden, TooSlow, Crowded),
    dependencies=[needs(Permission.REFER)],
)
async def refer(
    request: Request, services: Serving, actor: Acting, programme: str | None = None
) -> Intake:
    """Take in one FHIR R4 bundle: the body, of whatever content type, at most 5 MiB.

    `programme` names the one that it is for, if not the clinic's usual one. Answers 200 for every
    bundle that was processed, also for one that was refused.
    """
    return await take_in(services, await read_body(request, MAX_BYTES), actor, programme)
