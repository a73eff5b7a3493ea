"""The last resort of every request: what nobody foresaw is answered, and its words kept back."""

from typing import Any
from uuid import uuid4

import structlog
from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import WebError, response_to

logger = structlog.get_logger(__name__)


class Shield:
    """Answers what nobody foresaw with 500, and logs its kind and place but never its words.

    The message of an unforeseen error may quote a patient's record. The answer and the log have the
    same number, by which the one is found from the other.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - the last resort of every request
            unforeseen = Unforeseen()
            _log(error, unforeseen)
            if not begun:
                answer = await _unforeseen(Request(scope, receive), unforeseen)
                await answer(scope, receive, send)


class Unforeseen(WebError):
    """A mistake in carepath. `request` is the number under which its log tells of it."""

    status = 500
    code = "internal"

    def __init__(self) -> None:
        self.request = str(uuid4())
        super().__init__(
            "This is a mistake in carepath itself. Look whether what you did has arrived, and try "
            "once more; if it fails again, tell whoever runs carepath the number of this request: "
            f"{self.request}. The log says under it where it happened."
        )

    def content(self) -> dict[str, Any]:
        told = super().content()
        told["error"]["request"] = self.request
        return told


async def _unforeseen(request: Request, error: Unforeseen) -> Response:
    """As every other error is answered, to people as a page; plainly if even that fails."""
    handlers = request.app.exception_handlers
    try:
        answer: Response = await handlers[WebError](request, error)
    except Exception as further:  # noqa: BLE001 - the page of an error must not hide the error
        _log(further, error)
        return response_to(error)
    return answer


def _log(error: Exception, answered: Unforeseen) -> None:
    kind, places = type(error).__name__, _places(error)
    logger.error("request failed", error=kind, at=places, request=answered.request)


def _places(error: BaseException) -> list[str]:
    """The functions that the error came through, the innermost last."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-8:]
