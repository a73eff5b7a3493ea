"""The pages of signing in and out: before anybody is known, so without the clinic's frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from web.pages.preferences import theme_of
from web.pages.static import address
from web.signin.personas import Persona

_ENVIRONMENT = Environment(
    loader=ChoiceLoader([PackageLoader("web.signin"), PackageLoader("web.pages")]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals["static"] = address


@dataclass(frozen=True)
class Choice:
    """What the sign-in page offers. `error` says why an attempt came to nothing.

    `unsent`: a form was sent after its session had ended, so nothing came of it.
    """

    wanted: str
    provider: str | None = None
    personas: Sequence[Persona] = ()
    error: str | None = None
    unsent: bool = False


def sign_in_page(request: Request, choice: Choice, status: int = 200) -> HTMLResponse:
    by_role: dict[str, list[Persona]] = {}
    for one in choice.personas:
        by_role.setdefault(one.person.actor.role, []).append(one)
    return _page(request, "sign_in.html", status, choice=choice, by_role=by_role)


def signed_out_page(request: Request, provider: str | None, farewell: str | None) -> HTMLResponse:
    """`farewell` is where the provider ends its own session, which may still go on."""
    return _page(request, "signed_out.html", 200, provider=provider, farewell=farewell)


def _page(request: Request, template: str, status: int, **context: Any) -> HTMLResponse:
    text = _ENVIRONMENT.get_template(template).render(theme=theme_of(request), **context)
    return HTMLResponse(text, status)
