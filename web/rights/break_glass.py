"""Breaking the glass: reading a patient's record without a care relationship, for a reason."""

from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import AwareDatetime, Field, ValidationError
from starlette.status import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_400_BAD_REQUEST

from domain.value import Text, Value
from eventstore.encryption.errors import KeyDestroyed
from web.answers import answers
from web.errors import UNKNOWN_ENTITY, BadRequest, NotFound, WebError, response_to
from web.inside import inside
from web.pages.rendering import page
from web.pages.streams import streams_of
from web.rights.access_log import AccessLog
from web.rights.errors import Forbidden, GlassWhole, RecordErased
from web.rights.needs import needs, require_reading
from web.rights.permissions import Permission
from web.rights.reading import require_patient
from web.security import Acting

router = APIRouter(tags=["access"])


class Reason(Value):
    """Why somebody without a care relationship has to read a record. It is kept encrypted."""

    reason: Text


class Given(Value, extra="ignore"):
    """The form's fields; its token does not matter any more."""

    reason: str = ""
    wanted: str = Field(default="/", alias="next")


class Broken(Value):
    """Until when the reason counts."""

    entity_id: str
    until: AwareDatetime


@router.post(
    "/api/entities/{entity_id}/break-glass",
    responses=answers(BadRequest, NotFound, Forbidden, RecordErased),
    dependencies=[needs(Permission.READ_PATIENT)],
)
async def break_glass(entity_id: str, given: Reason, request: Request, actor: Acting) -> Broken:
    """Give a reason to read a patient's record; it counts for an hour, and is reviewed."""
    require_reading(actor, entity_id)
    pathway_id = await require_patient(streams_of(request), entity_id)
    if pathway_id is None:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,))
    log: AccessLog = request.app.state.access_log
    try:
        until = await log.break_glass(pathway_id, actor, given.reason)
    except KeyDestroyed:
        raise RecordErased from None
    return Broken(entity_id=entity_id, until=until)


@router.get(
    "/break-glass/{entity_id}",
    include_in_schema=False,
    dependencies=[needs(Permission.READ_PATIENT)],
)
async def ask_for_reason(entity_id: str, request: Request) -> HTMLResponse:
    """The form in which a reason is given."""
    return _form(request, entity_id, request.query_params.get("next", "/"), None)


@router.post(
    "/break-glass/{entity_id}",
    include_in_schema=False,
    dependencies=[needs(Permission.READ_PATIENT)],
)
async def take_reason(
    entity_id: str,
    request: Request,
    actor: Acting,
    given: Annotated[Given, Form()],
) -> Response:
    """Record the reason, and go on to what was wanted."""
    try:
        reason = Reason(reason=given.reason)
    except ValidationError:
        why = "Say in words why you must read this record."
        return _form(request, entity_id, given.wanted, why)
    await break_glass(entity_id, reason, request, actor)
    return RedirectResponse(inside(given.wanted), HTTP_303_SEE_OTHER)


def lead_to_reasons(app: FastAPI) -> None:
    """Have people at a browser led to where they give a reason."""

    async def answer(_request: Request, error: Exception) -> Response:
        if not isinstance(error, GlassWhole) or error.wanted is None:
            return response_to(cast("WebError", error))
        asked = urlencode({"next": error.wanted})
        return RedirectResponse(f"/break-glass/{error.entity_id}?{asked}", HTTP_303_SEE_OTHER)

    app.add_exception_handler(GlassWhole, answer)


def _form(request: Request, entity_id: str, wanted: str, wrong: str | None) -> HTMLResponse:
    return page(
        request,
        "break_glass.html",
        status=HTTP_400_BAD_REQUEST if wrong else HTTP_200_OK,
        entity_id=entity_id,
        wanted=inside(wanted),
        wrong=wrong,
    )
