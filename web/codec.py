"""The codec server: decodes what Temporal stores, for those who may read it in Temporal's pages.

Temporal's web page and its command line send the encrypted payloads that they show to
`POST /codec/decode`, as `{"payloads": [...]}` in protobuf's JSON, and show what comes back. It asks
for the same login as everything else here. That something was decoded is recorded in the access
log, by whom and how much, and never by content. Nothing is encoded for anybody.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from fastapi import FastAPI, Request
from google.protobuf.json_format import MessageToDict, Parse, ParseError
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.status import HTTP_204_NO_CONTENT
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from temporalio.api.common.v1 import Payload, Payloads

from web.body import read_body
from web.csrf import HEADER
from web.errors import BadRequest, TooLong, WebError, response_to
from web.rights.access_log import AccessLog
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.security import Acting
from web.sessions import Cookie, csrf_of

PATH = "/codec/decode"
NAMESPACE = "X-Namespace"

LONGEST = 16 * 1024 * 1024
"""Bytes of a body at most: several of the longest payloads that Temporal stores."""

Decode = Callable[[Sequence[Payload]], Awaitable[list[Payload] | None]]
"""Decrypts, or gives None if one of the payloads was not encrypted under a key at hand."""

logger = structlog.get_logger(__name__)


class Undecodable(WebError):
    """A payload was encrypted under a key that is not here, or was changed."""

    status = 422
    code = "undecodable"

    def __init__(self) -> None:
        super().__init__(
            "A payload does not decode: its key is not in this installation's keys/, or it was "
            "changed. Put the key temporal*.key back from the backup."
        )


class ElsewhereAsked(WebError):
    """A page of another site asks for what only Temporal's own page may have decoded."""

    status = 403
    code = "not_from_there"

    def __init__(self) -> None:
        super().__init__(
            "Only Temporal's own page may have payloads decoded: name its origin in "
            "CAREPATH_TEMPORAL_UI, such as http://127.0.0.1:8233."
        )


def serve_codec(
    app: FastAPI, decode: Decode, *, namespace: str, page: str | None, cookie: Cookie
) -> None:
    """Have the API decode payloads of `namespace`; `page` is the origin of Temporal's web page.

    `cookie` is that of people's sessions, which their browser sends from that page too.
    """

    async def decoded(request: Request, actor: Acting) -> Response:
        _require_namespace(request, namespace)
        payloads = await decode(await _payloads_in(request))
        if payloads is None:
            raise Undecodable
        if payloads:
            log: AccessLog = request.app.state.access_log
            log.note_decoding(actor, len(payloads))
        logger.info(
            "payloads_decoded",
            subject=actor.subject,
            role=actor.role,
            payloads=len(payloads),
            namespace=namespace,
        )
        return JSONResponse(MessageToDict(Payloads(payloads=payloads)) or {"payloads": []})

    app.add_api_route(
        PATH,
        decoded,
        methods=["POST"],
        include_in_schema=False,
        dependencies=[needs(Permission.DECODE)],
    )
    app.add_middleware(OnlyFromItsPage, page=page, cookie=cookie)


def _require_namespace(request: Request, namespace: str) -> None:
    if request.headers.get(NAMESPACE, namespace) != namespace:
        raise BadRequest(f"Here payloads of the namespace {namespace} are decoded, and no others.")


async def _payloads_in(request: Request) -> Sequence[Payload]:
    """Raises `BadRequest`, `TooLong`, `TooSlow`."""
    body = await read_body(request, LONGEST)
    if body is None:
        raise TooLong(f"The body is longer than {LONGEST} bytes: send fewer payloads at once.")
    try:
        return Parse(body, Payloads()).payloads
    except (ParseError, UnicodeDecodeError):
        raise BadRequest('The body must be {"payloads": [...]} in protobuf\'s JSON.') from None


class OnlyFromItsPage:
    """Lets browsers ask from the page of Temporal alone, and tells them so beforehand (CORS).

    A person's session comes with a cookie. The value that our own forms carry beside it, Temporal's
    page cannot know: its origin, which a browser does not let others claim, stands for it.
    """

    def __init__(self, app: ASGIApp, page: str | None, cookie: Cookie) -> None:
        self._app = app
        self._page = page
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin") if scope["type"] == "http" else None
        if origin is None or scope["path"] != PATH:
            await self._app(scope, receive, send)
        elif origin != self._page:
            await response_to(ElsewhereAsked())(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await Response(None, HTTP_204_NO_CONTENT, _allowing(origin))(scope, receive, send)
        else:
            self._vouch(scope)
            await self._app(scope, receive, _with_headers(send, _allowing(origin)))

    def _vouch(self, scope: Scope) -> None:
        """Add what shows the gate that the request is not forged by another site."""
        secret = self._cookie.read(Request(scope))
        if secret is not None:
            MutableHeaders(scope=scope)[HEADER] = csrf_of(secret)


def _allowing(origin: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": f"Authorization, Content-Type, {NAMESPACE}",
        "Access-Control-Max-Age": "600",
        "Vary": "Origin",
    }


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return sending
