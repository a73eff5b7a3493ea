"""GET /fhir/Questionnaire and /fhir/Group: what answers are sent to, and who is in a group."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from activities.fhir.record.answers import questionnaire
from activities.fhir.record.roster import roster
from activities.fhir.response import canonicals
from domain.fold import fold
from domain.group import GROUP
from domain.identity import well_formed
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.instrument import Instrument
from web.errors import NotFound
from web.fhir.content import FhirResponse, url
from web.fhir.outcome import Json
from web.fhir.record import READ
from web.fhir.speaking import count
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_list
from web.security import FHIR
from web.services import Serving

router = APIRouter(prefix=FHIR)


@router.get("/Questionnaire", dependencies=[needs(Permission.READ_PROGRAMMES)])
async def search(request: Request, services: Serving) -> Response:
    """Every instrument, or the one whose canonical is `url`."""
    wanted = request.query_params.get("url")
    found = [one for one in INSTRUMENTS.values() if wanted is None or wanted in canonicals(one)]
    count(request.scope, READ)
    entries = [
        {
            "fullUrl": url(request, services, f"Questionnaire/{one.id}"),
            "resource": _resource(one),
            "search": {"mode": "match"},
        }
        for one in found
    ]
    told = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
    return FhirResponse({**told, **({"entry": entries} if entries else {})})


@router.get("/Questionnaire/{instrument}", dependencies=[needs(Permission.READ_PROGRAMMES)])
async def read(instrument: str, request: Request) -> Response:
    """One instrument: its items, by whose `linkId` or LOINC code answers are sent."""
    found = INSTRUMENTS.get(instrument)
    if found is None:
        raise NotFound(f"There are these questionnaires: {', '.join(INSTRUMENTS)}.")
    count(request.scope, READ)
    return FhirResponse(_resource(found))


@router.get("/Group/{group_id}", dependencies=[needs(Permission.READ_GROUPS)])
async def group(group_id: str, request: Request, services: Serving) -> Response:
    """A group's roster, for staff: it tells each member of the others."""
    entity_id = f"group-{group_id}"
    stream = await services.store.read_stream(entity_id) if well_formed(entity_id) else []
    if not stream:
        raise NotFound("There is no such group: a group's id is the UUID that carepath gave it.")
    found = fold(GROUP, stream).state
    note_list(request, [one.pathway_id for one in found.members])
    count(request.scope, READ)
    return FhirResponse({**roster(entity_id, found), "id": group_id})


def _resource(instrument: Instrument) -> Json:
    return {**questionnaire(instrument), "id": instrument.id}
