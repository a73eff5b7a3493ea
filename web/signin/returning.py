"""Where a browser is sent that nobody is known in: to the sign-in, and from there back to its page.

Nothing stays on a screen after its session, and nobody is shown an answer meant for programs.
"""

from urllib.parse import urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match
from starlette.status import HTTP_303_SEE_OTHER
from starlette.types import Scope

from web.csrf import SAFE
from web.errors import Unauthorised, response_to
from web.inside import inside

SIGN_IN = "/sign-in"

UNSENT = "unsent"
"""Says to the sign-in that a form was sent, and that nothing came of it."""

REFRESHES = "X-Refreshes"
"""The header of what a page asks for by itself, because a view has moved."""

IN_PAGE = (REFRESHES, "HX-Request")
"""The headers of what a page asks for to show within itself."""


def refused(scope: Scope, refusal: Unauthorised) -> Response:
    """A program gets the refusal; a browser is asked to sign in, whatever it asked for."""
    headers = Headers(scope=scope)
    if any(one in headers for one in IN_PAGE):
        response = response_to(refusal)
        response.headers["HX-Redirect"] = _sign_in(_page_of(headers))
        return response
    if "text/html" not in headers.get("accept", ""):
        return response_to(refusal)
    unsent = scope["method"] not in SAFE
    wanted = _asked_for(scope) if not unsent or _is_page(scope) else "/"
    return RedirectResponse(_sign_in(wanted, unsent=unsent), HTTP_303_SEE_OTHER)


def _sign_in(wanted: str, *, unsent: bool = False) -> str:
    told = {"next": inside(wanted)} | ({UNSENT: "yes"} if unsent else {})
    return f"{SIGN_IN}?{urlencode(told)}"


def _page_of(headers: Headers) -> str:
    """The page that a part of it was asked for from: its path here, whatever host it names."""
    shown = urlsplit(headers.get("HX-Current-URL", "/"))
    return f"{shown.path}?{shown.query}" if shown.query else shown.path


def _asked_for(scope: Scope) -> str:
    query: str = scope["query_string"].decode("latin-1")
    path: str = scope["path"]
    return f"{path}?{query}" if query else path


def _is_page(scope: Scope) -> bool:
    """Whether what a form was sent to can be opened as well."""
    reading = {**scope, "method": "GET"}
    routes = scope["app"].routes
    return any(one.matches(reading)[0] is Match.FULL for one in routes)
