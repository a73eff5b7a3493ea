"""Who was refused what for want of a right: recorded, with what would have been needed."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from domain.identity import well_formed
from eventstore.errors import EventStoreError
from web.csrf import NotFromHere
from web.errors import WebError
from web.pages.streams import streams_of
from web.rights.access_log import AccessLog, ReadsNotRecorded
from web.rights.care import patient_of
from web.rights.errors import CommandForbidden, Forbidden, GlassWhole, InsufficientScope
from web.rights.reads import OfRequest

NO_ROUTE = "/"
"""What is said to be asked for where no route fits: paths that are none of ours are not kept."""


def record_refusals(app: FastAPI) -> None:
    """Have recorded whatever the application refuses to somebody for want of a right."""
    for kind, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(kind, _recorded(handler))


async def note_refusal(request: Request, error: WebError) -> None:
    """Record a refusal, in a moment. Whoever asked is told of it even if nothing is recorded."""
    match error:
        case Forbidden() | CommandForbidden() | InsufficientScope():
            missing = error.missing
        case GlassWhole() | NotFromHere():
            missing = ()
        case _:
            return
    log: AccessLog = request.app.state.access_log
    with suppress(ReadsNotRecorded, EventStoreError):
        log.note_refusal(request.state.actor, await _refused(request, error.code, missing))


def _recorded(handler: Any) -> Callable[[Request, Any], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, WebError):
            await note_refusal(request, error)
        answered: Response = await handler(request, error)
        return answered

    return answer


async def _refused(request: Request, code: str, missing: tuple[str, ...]) -> OfRequest:
    route, parameters = _asked(request)
    streams = streams_of(request)
    for entity_id in _entities(parameters):
        if (await streams.of(entity_id)).events:
            pathway_id = await patient_of(streams, entity_id)
            return OfRequest(route, code, missing, entity_id, pathway_id)
    return OfRequest(route, code, missing)


def _asked(request: Request) -> tuple[str, dict[str, str]]:
    """The route and its parameters, also before the application has looked for them."""
    if "route" in request.scope:
        return request.scope["route"].path, request.path_params
    for route in iter_route_contexts(request.app.routes):
        if route.path and request.method in (route.methods or ()):
            found = compile_path(route.path)[0].match(request.url.path)
            if found:
                return route.path, found.groupdict()
    return NO_ROUTE, {}


def _entities(parameters: dict[str, str]) -> list[str]:
    """The ids that a route names; FHIR names patients by the UUID of their pathway."""
    named = (
        f"pathway-{value}" if name == "patient_id" else str(value)
        for name, value in parameters.items()
    )
    return [one for one in named if well_formed(one)]
