"""What is served: the CapabilityStatement at /fhir/metadata, and where to get a token."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from web.errors import NotFound
from web.fhir.content import FhirResponse, url
from web.fhir.outcome import FHIR_JSON, Json
from web.fhir.record import READ
from web.fhir.speaking import count
from web.rights.scopes import SCOPES
from web.security import FHIR
from web.services import Serving

SINCE = "2026-11-23"
"""When what is served changed last."""

_OPERATION = "http://hl7.org/fhir/OperationDefinition/Patient-everything"
_SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"

RESOURCES: list[Json] = [
    {
        "type": "Patient",
        "interaction": [{"code": "read"}],
        "operation": [
            {
                "name": "everything",
                "definition": _OPERATION,
                "documentation": "_since and _type; no other parameter, and no pages.",
            }
        ],
    },
    {
        "type": "QuestionnaireResponse",
        "interaction": [{"code": "create"}],
        "conditionalCreate": False,
        "documentation": "Completed answers to one of the Questionnaires, by linkId or LOINC code.",
    },
    {
        "type": "Questionnaire",
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [{"name": "url", "type": "uri"}],
    },
    {"type": "Group", "interaction": [{"code": "read"}]},
]

SYSTEM: list[Json] = [
    {
        "code": "transaction",
        "documentation": "A referral alone: one Patient, one ServiceRequest for them, and perhaps "
        "a Coverage. A Bundle of another type with the same content is taken too.",
    }
]

SERVED_BESIDE = ("GET metadata", "GET .well-known/smart-configuration")
"""What every server has, and no statement lists."""

router = APIRouter(prefix=FHIR)


@router.get("/metadata")
async def metadata(request: Request, services: Serving) -> Response:
    """The CapabilityStatement. It says nothing of anybody, and takes no token."""
    count(request.scope, READ)
    return FhirResponse(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": SINCE,
            "kind": "instance",
            "software": {"name": "carepath"},
            "implementation": {
                "description": f"carepath at {services.clinic.name}",
                "url": url(request, services, "").rstrip("/"),
            },
            "fhirVersion": "4.0.1",
            "format": [FHIR_JSON],
            "rest": [
                {
                    "mode": "server",
                    "security": _security(smart=services.issued_tokens is not None),
                    "resource": RESOURCES,
                    "interaction": SYSTEM,
                }
            ],
        }
    )


@router.get("/.well-known/smart-configuration")
async def smart(request: Request, services: Serving) -> Response:
    """Where programs get a token with scopes; not found where no provider is set up for that."""
    if services.issued_tokens is None:
        raise NotFound("No identity provider issues tokens here: ask the clinic for one.")
    endpoints = await services.issued_tokens.endpoints()
    count(request.scope, READ)
    return JSONResponse(
        {
            **endpoints,
            "grant_types_supported": ["client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": [f"system/{kind}.{letter}" for kind, letter in SCOPES],
            "capabilities": ["permission-v2"],
        }
    )


def _security(*, smart: bool) -> dict[str, Any]:
    described = {"description": "Authorization: Bearer TOKEN, with SMART scopes for programs."}
    if not smart:
        return described
    return {"service": [{"coding": [{"system": _SECURITY, "code": "SMART-on-FHIR"}]}], **described}
