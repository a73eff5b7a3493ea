"""The pages of signing in and out: before anybody is known, so without the clinic's frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from web.signin.personas import Persona

_ENVIRONMENT = Environment(
    loader=PackageLoader("web.signin"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Choice:
    """What the sign-in page offers. `error` says why an attempt came to nothing."""

    wanted: str
    provider: str | None = None
    personas: Sequence[Persona] = ()
    error: str | None = None


def sign_in_page(choice: Choice, status: int = 200) -> HTMLResponse:
    by_role: dict[str, list[Persona]] = {}
    for one in choice.personas:
        by_role.setdefault(one.person.actor.role, []).append(one)
    return _page("sign_in.html", status, choice=choice, by_role=by_role)


def signed_out_page(provider: str | None, farewell: str | None) -> HTMLResponse:
    """`farewell` is where the provider ends its own session, which may still go on."""
    return _page("signed_out.html", 200, provider=provider, farewell=farewell)


def _page(template: str, status: int, **context: Any) -> HTMLResponse:
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(**context), status)
