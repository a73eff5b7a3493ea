"""What the API answers when it cannot do what was asked: one shape, and nothing of the request.

{"error": {"code": "...", "message": "...", "reasons": [{"code", "message"}]}}
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from domain.decider import Reason
from eventstore.encryption.errors import KeyRingEmpty
from eventstore.errors import KeyMissing, StoreUnavailable
from projections.errors import ProjectionError, ViewAbsent, ViewUnknown
from workflows.client import Busy, EntityError, Undecided


class WebError(Exception):
    """A request that is answered with an error."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    headers: Mapping[str, str] = MappingProxyType[str, str]({})

    def __init__(self, message: str, reasons: Iterable[Reason] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.reasons = tuple(reasons)

    def content(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.reasons:
            error["reasons"] = plain(self.reasons)
        return {"error": error}


class BadRequest(WebError):
    """The request cannot be understood."""


class Unauthorised(WebError):
    """No token, or none that is known."""

    status = 401
    code = "unauthorised"
    headers: Mapping[str, str] = MappingProxyType({"WWW-Authenticate": "Bearer"})

    def __init__(self) -> None:
        super().__init__(
            "Send the header 'Authorization: Bearer TOKEN'. The token of this installation stands "
            "in the file keys/api-token of its data directory."
        )


class NotFound(WebError):
    """There is no such thing."""

    status = 404
    code = "not_found"


class TooSlow(WebError):
    """The request's body did not arrive in time."""

    status = 408
    code = "too_slow"
    headers: Mapping[str, str] = MappingProxyType({"Connection": "close"})


class TooLong(WebError):
    """The request's body is longer than anything that is asked here."""

    status = 413
    code = "too_long"


class Unavailable(WebError):
    """Something that the request needs does not answer, or is not there yet."""

    status = 503
    code = "unavailable"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "5"})


class CommandRefused(WebError):
    """A command that is refused; its answer has the shape of a receipt that says no."""

    status = 409
    code = "refused"

    def __init__(self, reasons: Iterable[Reason]) -> None:
        super().__init__("The command is refused.", reasons)

    def content(self) -> dict[str, Any]:
        return {"accepted": False, "reasons": plain(self.reasons)}


class NoSuchEntity(CommandRefused):
    """A command to an entity of which the log knows nothing."""

    status = 404

    def __init__(self) -> None:
        super().__init__((UNKNOWN_ENTITY,))


UNKNOWN_ENTITY = Reason(
    code="unknown_entity",
    message="The log holds no entity of this id: check it. Ids look like pathway-<uuid> or "
    "programme-<name>.",
)


def plain(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    return [{"code": reason.code, "message": reason.message} for reason in reasons]


def response_to(error: WebError) -> JSONResponse:
    return JSONResponse(error.content(), error.status, dict(error.headers))


def answer_errors(app: FastAPI) -> None:
    """Have every error answered in the one shape."""
    app.add_exception_handler(WebError, _handler(lambda error: error))
    app.add_exception_handler(StoreUnavailable, _handler(_of_store))
    app.add_exception_handler(KeyMissing, _handler(_of_keys))
    app.add_exception_handler(KeyRingEmpty, _handler(_of_keys))
    app.add_exception_handler(EntityError, _handler(_of_entity))
    app.add_exception_handler(ProjectionError, _handler(_of_view))
    app.add_exception_handler(RequestValidationError, _handler(_of_validation))
    app.add_exception_handler(ClientDisconnect, _handler(_of_disconnect))
    app.add_exception_handler(HTTPException, _of_http)


def _handler(
    translated: Callable[[Any], WebError],
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(_request: Request, error: Exception) -> Response:
        return response_to(translated(error))

    return answer


def _of_store(_error: StoreUnavailable) -> WebError:
    return Unavailable(
        "The event log does not answer. Send the same again a little later; a command under the "
        "same command_id happens once, whether or not it arrived now."
    )


def _of_keys(_error: Exception) -> WebError:
    return Unavailable(
        "The organisation's key is not at hand, so the record can be neither read nor written. "
        "Put the key ring back (`carepath keys status` says which key is missing)."
    )


class Crowded(WebError):
    """More is asked at once than the entity takes."""

    status = 429
    code = "busy"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "1"})


class Baffled(WebError):
    """The rules themselves failed on a command."""

    status = 500
    code = "undecided"


def _of_entity(error: EntityError) -> WebError:
    if isinstance(error, Undecided):
        return Baffled(
            "This command could not be decided because of an error in carepath, which its worker's "
            "log names. Nothing was written, and other commands are taken as before."
        )
    if isinstance(error, Busy):
        return Crowded(
            "Too much is asked of this entity at once. Send the same command again, under the "
            "same command_id, a little later."
        )
    return Unavailable(
        "Temporal or its workers do not answer. It is safe to send the same command again under "
        "the same command_id: it happens once, whether or not it arrived now."
    )


class ViewRefused(WebError):
    """A view cannot do what is asked of it now."""

    status = 409
    code = "view_refused"


def _of_view(error: ProjectionError) -> WebError:
    """The views' own errors say what to do, and hold no patient's data."""
    match error:
        case ViewUnknown():
            known = ", ".join(error.known)
            return NotFound(f"There is no such view; there are: {known}.")
        case ViewAbsent():
            return Unavailable(str(error))
        case _:
            return ViewRefused(str(error))


def _of_validation(error: RequestValidationError) -> WebError:
    reasons = [
        Reason(code="invalid", message=f"{'.'.join(map(str, one['loc']))}: {one['msg']}")
        for one in error.errors()
    ]
    return BadRequest("The request is not as it should be: see the reasons.", reasons)


def _of_disconnect(_error: ClientDisconnect) -> WebError:
    return BadRequest("The connection ended before the whole request had arrived.")


async def _of_http(_request: Request, error: Exception) -> Response:
    """What the router itself refuses: an unknown path, or a method that the path does not have."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    says = {
        404: ("not_found", "There is nothing at this path: / lists what there is."),
        405: ("method_not_allowed", "This path has other methods: see /openapi.json."),
    }
    code, message = says.get(status, ("bad_request", "The request cannot be understood."))
    content = {"error": {"code": code, "message": message}}
    return JSONResponse(content, status, dict(headers) if headers else None)
