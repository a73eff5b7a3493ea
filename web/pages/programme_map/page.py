"""The pages of programmes: all of them, and each as a picture with its versions and changes."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import JsonValue

from activities.definitions import stream_of
from audit.definitions import changes
from domain.deciders import UnknownEntity
from domain.programme import Programme
from web.errors import NotFound
from web.identity import known_form
from web.pages.clinic import AtClinic
from web.pages.kept import kept_of
from web.pages.programme_map.picture import draw
from web.pages.programme_map.shown import shown_phases
from web.pages.programme_map.standing import VIEWS, Standing, read_standing
from web.pages.rendering import page
from web.pages.visit import Visit, Visiting
from web.rights.needs import needs
from web.rights.permissions import Permission, may

router = APIRouter(prefix="/programmes", dependencies=[needs(Permission.READ_PROGRAMMES)])

Number = Annotated[int | None, Query(ge=1, lt=2**31)]

NOT_PUBLISHED = "No such version is published: the programmes page lists those that are."


@router.get("")
async def programmes(request: Request, clinic: AtClinic) -> HTMLResponse:
    """The programmes in force."""
    return page(request, "programme_map/programmes.html", programmes=clinic.programmes)


@router.get("/{programme_id}")
async def programme(
    programme_id: str, visit: Visiting, version: Number = None, against: Number = None
) -> HTMLResponse:
    """A version as a picture and a table; with `against`, what changed since that version."""
    published = await _published(visit, programme_id)
    definition = published.latest if version is None else published.version(version)
    before = None if against is None else published.version(against)
    if definition is None or (against is not None and before is None):
        raise NotFound(NOT_PUBLISHED)
    counted = _may_count(visit)
    standing = await _standing(visit, published) if counted else Standing()
    phases = shown_phases(definition, standing)
    return page(
        visit.request,
        "programme_map/programme.html",
        programme=definition,
        versions=[one.version for one in published.definitions],
        before=before,
        changes=changes(before, definition) if before else (),
        phases=phases,
        counted=counted,
        standing=standing,
        drawing=draw(definition, phases, standing, counted=counted),
        written=written,
    )


def written(value: JsonValue) -> str:
    """A value of a definition as text."""
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


async def _published(visit: Visit, programme_id: str) -> Programme:
    try:
        known_form(stream_of(programme_id))
    except UnknownEntity:
        raise NotFound(NOT_PUBLISHED) from None
    return await visit.services.definitions.programme(programme_id)


def _may_count(visit: Visit) -> bool:
    """How many are where is for those who may see who they are, or the outcomes."""
    role = visit.actor.role
    return may(role, Permission.READ_CASELOAD) or may(role, Permission.READ_OUTCOMES)


async def _standing(visit: Visit, published: Programme) -> Standing:
    if published.latest is None:
        return Standing()
    latest, services = published.latest, visit.services

    async def work_out() -> Standing:
        return await read_standing(services.pool, latest, services.now())

    return await kept_of(visit.request).of(VIEWS, ("standing", latest.label), work_out)
