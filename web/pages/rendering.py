"""Rendering a page: its template within the frame that all pages share."""

from datetime import date, datetime
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from domain.actor import Actor
from web.pages import wording
from web.pages.clinic import Clinic
from web.pages.forms.answers import slots
from web.pages.lateness import lacking
from web.pages.navigation import places_for
from web.pages.preferences import theme_of
from web.pages.static import address
from web.rights.commands import may_submit
from web.rights.permissions import Permission, may

_ENVIRONMENT = Environment(
    loader=PackageLoader("web.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(request: Request, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """The page of a template with what every page has: actor, csrf, navigation, clinic, now.

    A template reads `path` for where it is. Instants are told in the clinic's zone by the filters
    `moment`, `when`, `day`. A name that the template needs and nobody gave is an error.
    """
    return HTMLResponse(
        _ENVIRONMENT.get_template(template).render(frame(request), **context), status
    )


def frame(request: Request) -> dict[str, Any]:
    """What every page has; nobody acts on a page that is open to everybody."""
    state = request.state
    actor = getattr(state, "actor", None)
    return {
        "actor": actor,
        "can": partial(_can, actor),
        "csrf": getattr(state, "csrf", None),
        "clinic": getattr(state, "clinic", Clinic()),
        "lacking": partial(lacking, request),
        "now": request.app.state.services.now(),
        "path": request.url.path,
        "person": getattr(state, "person", None),
        "places": places_for(actor, request.url.path),
        "submits": partial(_submits, actor),
        "theme": theme_of(request),
    }


def _can(actor: Actor | None, permission: str) -> bool:
    return actor is not None and may(actor.role, Permission(permission))


def _submits(actor: Actor | None, kind: str, command: str) -> bool:
    return actor is not None and may_submit(actor.role, kind, command)


@pass_context
def _moment(context: Context, instant: datetime) -> Markup:
    """The absolute time, for machines too."""
    return _time(instant, wording.clock(instant, context["clinic"].zone))


@pass_context
def _when(context: Context, instant: datetime) -> Markup:
    """How far away, with the absolute time below it."""
    return Markup('<span class="when"><span>{}</span> {}</span>').format(
        wording.sentence(wording.distance(instant, context["now"])),
        _time(instant, wording.clock(instant, context["clinic"].zone)),
    )


@pass_context
def _day(context: Context, moment: date) -> Markup:
    return _time(moment, wording.day(moment, context["clinic"].zone))


@pass_context
def _plainly(context: Context, message: str) -> str:
    return wording.plainly(message, context["clinic"].zone)


@pass_context
def _age(context: Context, born: date) -> int:
    return wording.age(born, context["now"], context["clinic"].zone)


def _time(moment: date, told: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), told)


_ENVIRONMENT.filters |= {
    "age": _age,
    "day": _day,
    "minutes": wording.minutes,
    "moment": _moment,
    "plainly": _plainly,
    "sentence": wording.sentence,
    "when": _when,
    "words": wording.in_words,
}
_ENVIRONMENT.globals |= {"slots": slots, "static": address}
