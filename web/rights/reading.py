"""Reading patients' data: by whom it may be, and that it is recorded."""

from collections.abc import Iterable

from fastapi import Request

from domain.deciders import UnknownEntity
from web.csrf import SAFE
from web.errors import UNKNOWN_ENTITY, NotFound
from web.identity import known_form
from web.pages.streams import Streams, streams_of
from web.person import Person
from web.rights.access_log import AccessLog
from web.rights.care import cares_for, patient_of
from web.rights.errors import GlassWhole
from web.signin.returning import REFRESHES


async def note_reading(request: Request, entity_id: str) -> None:
    """Record that the request reads this entity, if it is about one patient.

    Raises `NotFound` for what can be no entity, `GlassWhole` without a care relationship or a
    reason, `ReadsNotRecorded` or `StoreUnavailable`.
    """
    streams = streams_of(request)
    log: AccessLog = request.app.state.access_log
    person: Person = request.state.person
    pathway_id = await require_patient(streams, entity_id)
    if pathway_id is None:
        return
    what = request.scope["route"].path
    if await cares_for(streams, person, pathway_id):
        log.note(pathway_id, person.actor, what)
        return
    if not await log.glass_is_broken(pathway_id, person.actor):
        raise _glass_whole(request, entity_id)
    log.note(pathway_id, person.actor, what, break_glass=True)


def note_list(request: Request, pathway_ids: Iterable[str], what: str | None = None) -> None:
    """Record that the request reads a list which names these patients.

    `what` is the route if it is not said: say it where the route's path holds a parameter. Raises
    `ReadsNotRecorded`.
    """
    log: AccessLog = request.app.state.access_log
    person: Person = request.state.person
    by_itself = REFRESHES in request.headers
    route = what or request.scope["route"].path
    log.note_list(person.actor, route, pathway_ids, by_itself=by_itself)


def note_clinic(request: Request, patients: int, what: str | None = None) -> None:
    """Record that the request asks about all of so many patients. Raises `ReadsNotRecorded`."""
    log: AccessLog = request.app.state.access_log
    log.note_clinic(request.state.actor, what or request.scope["route"].path, patients)


async def require_patient(streams: Streams, entity_id: str) -> str | None:
    """The pathway that the entity is about, if it is about one. Raises `NotFound`."""
    try:
        return await patient_of(streams, known_form(entity_id))
    except UnknownEntity:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,)) from None


def _glass_whole(request: Request, entity_id: str) -> GlassWhole:
    in_browser = "text/html" in request.headers.get("accept", "")
    if not in_browser or request.method not in SAFE:
        return GlassWhole(entity_id)
    query = f"?{request.url.query}" if request.url.query else ""
    return GlassWhole(entity_id, request.url.path + query)
