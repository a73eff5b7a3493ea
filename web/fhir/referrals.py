"""POST /fhir: a referral bundle, with the same outcomes as every other way in."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from activities.fhir import InvalidDocument
from activities.fhir.problems import Path, expression
from activities.fhir.referral import Received, receive
from domain.decider import Reason
from web.fhir.content import command_of, created, sent, url
from web.fhir.outcome import REFUSED, FhirRefused, issue, outcome, refusal
from web.fhir.speaking import count
from web.intake import admit
from web.outcome import ACCEPTED, DUPLICATE, INVALID, Intake
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.security import FHIR, Acting
from web.services import Services, Serving

router = APIRouter(prefix=FHIR)

REPLAYED = "replayed"

_ABOUT: Mapping[str, str] = {
    "deceased": "deceased",
    "under_": "birthDate",
    "state_not_served": "address",
    INVALID: "identifier",
}
"""The Patient's element that a refusal is about, by how its code begins."""


@router.post("/", dependencies=[needs(Permission.REFER)])
@router.post("", dependencies=[needs(Permission.REFER)])
async def take_in(
    request: Request, services: Serving, actor: Acting, programme: str | None = None
) -> Response:
    """Take in a Bundle with one Patient, one ServiceRequest and perhaps a Coverage.

    The same bundle again has the same answer. Another one for a patient who is here already is a
    duplicate, and leads to the pathway that is there.
    """
    document = await sent(request)
    try:
        received = await asyncio.to_thread(receive, document, services.now())
    except InvalidDocument as invalid:
        raise refusal("Bundle", invalid.problems) from None
    same = partial(_command, services, document)
    intake = await admit(services, received.referral, actor, programme, same)
    became = await _became(services, intake, document)
    if intake.pathway_id is None:
        raise FhirRefused(
            REFUSED, (issue(one, _at(one, received.patient)) for one in intake.reasons)
        )
    count(request.scope, became)
    location = url(request, services, f"Patient/{intake.pathway_id.removeprefix('pathway-')}")
    return _answered(received, location, new=became != DUPLICATE)


def _command(services: Services, document: bytes, pathway_id: str) -> Any:
    return command_of(services, pathway_id, document)


async def _became(services: Services, intake: Intake, document: bytes) -> str:
    """The outcome; a duplicate of itself is a replay."""
    if intake.outcome != DUPLICATE or intake.pathway_id is None:
        return intake.outcome
    command_id = command_of(services, intake.pathway_id, document)
    earlier = await services.store.command_result(intake.pathway_id, command_id)
    return REPLAYED if earlier else DUPLICATE


def _answered(received: Received, location: str, *, new: bool) -> Response:
    """201 with where the patient is, or 200 if they were there; a transaction as FHIR has it."""
    code, message = (
        (ACCEPTED, "The referral is taken in.")
        if new
        else (DUPLICATE, "The patient has this referral, or an open pathway, already.")
    )
    told = outcome([issue(Reason(code=code, message=message), severity="information")])
    if received.kind != "transaction":
        return created(told, location, 201 if new else 200)
    status = "201 Created" if new else "200 OK"
    entries = [
        {"response": {"status": status, "outcome": told} | _location(kind, location)}
        for kind in received.entries
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
    return created(bundle, location, 200)


def _location(kind: str, location: str) -> dict[str, str]:
    return {"location": location} if kind == "Patient" else {}


def _at(reason: Reason, patient: Path) -> str | None:
    about = next((one for code, one in _ABOUT.items() if reason.code.startswith(code)), None)
    return expression("Bundle", (*patient, about)) if about else None
