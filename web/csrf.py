"""Requests that change something, sent by a browser: they must come from our own pages.

A browser sends the cookie of a session with requests that other sites make it send. What other
sites cannot do is read the page, so each form carries a value that only the page knows.
"""

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Message, Receive

from activities.fhir import MAX_BYTES
from web.body import read_body
from web.errors import TooLong, WebError

SAFE = ("GET", "HEAD", "OPTIONS")
FIELD = "csrf"
HEADER = "X-CSRF-Token"

LONGEST_FORM = MAX_BYTES + 64 * 1024
"""Bytes of a form at most: it may bring a referral bundle as a file."""

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class NotFromHere(WebError):
    """The request does not come from a page of this session."""

    status = 403
    code = "not_from_here"

    def __init__(self) -> None:
        super().__init__(
            "This form was not sent from a page of your present session. Go back, load the page "
            "anew and send it again; a program sends the header X-CSRF-Token."
        )


def same_origin(request: Request) -> bool:
    """Whether the browser says that a page of this very host sent the request.

    Before anybody is signed in there is no session whose value a form could carry. Pages that send
    no referrer have browsers send `Origin: null` too, so where they tell the site, that decides.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def require_own_form(request: Request, expected: str) -> Receive:
    """What the application receives instead, after the value has been compared.

    Raises `NotFromHere`, `TooLong` or `TooSlow`.
    """
    given = request.headers.get(HEADER)
    if given is None and request.headers.get("content-type", "").startswith(_FORMS):
        body = await read_body(request, LONGEST_FORM)
        if body is None:
            raise TooLong(f"A form is at most {LONGEST_FORM} bytes long.")
        given = await _field(request, body)
        receive = _again(body, request.receive)
    else:
        receive = request.receive
    if given is None or not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotFromHere
    return receive


async def _field(request: Request, body: bytes) -> str | None:
    async with Request(request.scope, _again(body, request.receive)).form() as form:
        given = form.get(FIELD)
        return None if given is None or isinstance(given, UploadFile) else given


def _again(body: bytes, then: Receive) -> Receive:
    """Receives the body as if nobody had read it; afterwards what else there is to receive."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else await then()

    return receive
