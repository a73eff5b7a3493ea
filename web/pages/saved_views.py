"""Views that somebody saved in this browser: a name for a set of filters. Never a patient's name.

They stand in a cookie of the caseload's own pages.
"""

import base64
import json
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from pydantic import Field, TypeAdapter, ValidationError
from starlette.status import HTTP_303_SEE_OTHER

from domain.value import Value
from web.rights.needs import needs
from web.rights.permissions import Permission

COOKIE = "carepath_views"
A_YEAR = 365 * 24 * 3600
MOST = 12
"""So many fit into a cookie."""

FILTERS = frozenset({"programme", "phase", "status", "whose"})

Title = Annotated[str, Field(min_length=1, max_length=40)]

router = APIRouter(dependencies=[needs(Permission.READ_CASELOAD)])


class SavedView(Value):
    """A view's title and its filters as a query: `status=open&phase=ongoing`."""

    title: Title
    query: Annotated[str, Field(max_length=200)]

    @property
    def address(self) -> str:
        return f"/caseload?{self.query}"


_VIEWS = TypeAdapter(tuple[SavedView, ...])


def read_saved(request: Request) -> tuple[SavedView, ...]:
    """The views that this browser keeps; none if the cookie holds something else."""
    try:
        kept = base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))
        return _VIEWS.validate_python(json.loads(kept))[:MOST] if kept else ()
    except (ValueError, ValidationError):
        return ()


@router.post("/caseload/views")
async def save(
    request: Request, title: Annotated[Title, Form()], filters: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Keep the present filters under a title; the same title again is replaced."""
    view = SavedView(title=title.strip() or "My view", query=_only_filters(filters))
    others = [one for one in read_saved(request) if one.title != view.title]
    return _kept((*others, view)[-MOST:], view.address)


@router.post("/caseload/views/forget")
async def forget(request: Request, title: Annotated[str, Form()]) -> RedirectResponse:
    """Drop a saved view."""
    return _kept(tuple(one for one in read_saved(request) if one.title != title), "/caseload")


def _only_filters(query: str) -> str:
    return urlencode([(key, value) for key, value in parse_qsl(query) if key in FILTERS])[:200]


def _kept(views: tuple[SavedView, ...], address: str) -> RedirectResponse:
    answer = RedirectResponse(address, HTTP_303_SEE_OTHER)
    written = base64.urlsafe_b64encode(_VIEWS.dump_json(views)).decode()
    answer.set_cookie(
        COOKIE, written, max_age=A_YEAR, path="/caseload", httponly=True, samesite="strict"
    )
    return answer
