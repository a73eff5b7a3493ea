"""What goes wrong, as a page: the same answers that programs get, in the frame of the clinic."""

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from eventstore.errors import EventStoreError
from web.pages.clinic import note_clinic
from web.pages.rendering import page

Handler = Callable[[Request, Any], Awaitable[Response]]

TITLES = {
    HTTPStatus.FORBIDDEN: "This is not for your role",
    HTTPStatus.NOT_FOUND: "There is nothing here",
    HTTPStatus.CONFLICT: "This cannot be done now",
    HTTPStatus.TOO_MANY_REQUESTS: "Too much at once",
    HTTPStatus.SERVICE_UNAVAILABLE: "Something does not answer",
}


def in_browser(request: Request) -> bool:
    """Whether a person will see the answer."""
    return "text/html" in request.headers.get("accept", "")


def show_trouble(app: FastAPI) -> None:
    """Have every error of the application shown to people as a page."""
    for kind, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(kind, _shown(handler))


def _shown(handler: Any) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        plain: Response = await handler(request, error)
        if not in_browser(request) or not isinstance(plain, JSONResponse):
            return plain
        return await trouble(request, plain)

    return answer


async def trouble(request: Request, plain: JSONResponse) -> Response:
    """The page of an answer that programs would get."""
    told = json.loads(bytes(plain.body))
    problem = told.get("error", {"message": "This is refused.", "reasons": told.get("reasons", [])})
    try:
        await note_clinic(request)
    except EventStoreError:
        return plain
    answer = page(
        request,
        "trouble.html",
        status=plain.status_code,
        title=TITLES.get(HTTPStatus(plain.status_code), "This did not work"),
        message=problem["message"],
        reasons=problem.get("reasons", []),
    )
    for name in ("Retry-After", "Connection"):
        if name in plain.headers:
            answer.headers[name] = plain.headers[name]
    return answer
