"""What is sent to the FHIR interface, in bounded memory and time, and what is sent back."""

import hashlib
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import JSONResponse

from activities.fhir import MAX_BYTES
from web.body import read_body
from web.errors import TooLong, WebError
from web.fhir.outcome import FHIR_JSON
from web.identity import hidden_id
from web.security import FHIR
from web.services import Services


class MediaType(WebError):
    """The body is of another type."""

    status = 415
    code = "media_type"


class FhirResponse(JSONResponse):
    """A resource."""

    media_type = FHIR_JSON


async def sent(request: Request) -> bytes:
    """The body. Raises `MediaType`, `TooLong`, `TooSlow`."""
    named, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(' "').lower()
    if named.strip().lower() != FHIR_JSON or charset not in ("", "utf-8"):
        raise MediaType(f"Send FHIR R4 as JSON in UTF-8, with Content-Type: {FHIR_JSON}.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise MediaType("Send the body as it is, without Content-Encoding.")
    body = await read_body(request, MAX_BYTES)
    if body is None:
        raise TooLong(f"The body is longer than {MAX_BYTES} bytes: send what is asked for alone.")
    return body


def command_of(services: Services, entity_id: str, document: bytes) -> UUID:
    """The id of the command that this document is to this entity: the same one, whenever it comes.

    So a document that is sent again does nothing again. It follows from the bytes, and the bundle's
    or response's own identifier is among them.
    """
    digest = hashlib.sha256(document).hexdigest()
    return hidden_id(services.identity_key, f"{entity_id}/{digest}")


def url(request: Request, services: Services, path: str) -> str:
    """The address of a resource, as the sender reaches this interface."""
    base = services.signing_in.public_url or str(request.base_url)
    return f"{base.rstrip('/')}{FHIR}/{path}"


def created(resource: dict[str, Any], location: str, status: int = 201) -> FhirResponse:
    """The answer to what was taken in."""
    return FhirResponse(resource, status, {"Location": location})
