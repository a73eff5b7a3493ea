"""What somebody prefers in this browser: light or dark. Kept in a cookie, and nowhere else."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER

from web.inside import inside
from web.rights.needs import needs
from web.rights.permissions import Permission

Theme = Literal["light", "dark", "system"]

COOKIE = "carepath_theme"
A_YEAR = 365 * 24 * 3600

router = APIRouter(dependencies=[needs(Permission.SIGNED_IN)])


def theme_of(request: Request) -> Theme:
    """The theme that the browser asks for; by default that of its system."""
    given = request.cookies.get(COOKIE)
    return "light" if given == "light" else "dark" if given == "dark" else "system"


@router.post("/preferences/theme")
async def prefer(
    theme: Annotated[Theme, Form()], back: Annotated[str, Form()] = "/"
) -> RedirectResponse:
    """Keep the theme, and go back to the page."""
    answer = RedirectResponse(inside(back), HTTP_303_SEE_OTHER)
    answer.set_cookie(COOKIE, theme, max_age=A_YEAR, httponly=True, samesite="strict")
    return answer
