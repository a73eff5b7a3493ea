"""Views: /api/views. What they show is as fresh as the projector; the log itself is elsewhere."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Annotated, get_args

import asyncpg
from fastapi import APIRouter, Query, Request
from pydantic import Field

from domain.actor import Role
from domain.deciders import UnknownEntity
from domain.pathway.state import Status
from domain.value import Value
from projections.caseload.case import Case
from projections.caseload.reading import Place, Wanted, list_cases
from projections.check import Checked, check
from projections.errors import ViewAbsent
from projections.rebuild import rebuild
from projections.states import ViewState, view_states
from projections.tables import ensure_catalogue
from projections.timeline.entry import Entry
from projections.timeline.reading import read_timeline
from projections.views import view_named
from web.answers import answers
from web.errors import UNKNOWN_ENTITY, BadRequest, NotFound, ViewRefused
from web.identity import known_form
from web.instants import instant
from web.published import published_programmes
from web.rights.care import caring
from web.rights.errors import Forbidden
from web.rights.fields import visible_case, visible_entry
from web.rights.needs import needs, needs_of_kind
from web.rights.permissions import Permission
from web.rights.reading import note_list
from web.rights.strangers import strangers
from web.security import Acting
from web.services import Services, Serving

MOST = 500
"""Rows of one page at most."""

NOTHING_DUE = "-"
"""In a page's mark: nothing was due for its last case."""

STATUSES = tuple(status for status in get_args(Status) if status != "absent")
"""What a case can be; one that is absent is no case."""

Limit = Annotated[int, Query(ge=1, le=MOST)]
Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Words = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]

router = APIRouter(prefix="/api/views", tags=["views"])


class Views(Value):
    """How every view is; `lag` is how far it is behind the head of the log."""

    views: tuple[ViewState, ...]


class Rebuilt(Value):
    """`seq` is where the log stood when readers were switched over.

    `differences` is how many rows are not as they were before, null if there was nothing before or
    comparing took too long.
    """

    view: str
    seq: int
    differences: int | None


class Sought(Value):
    """What a search for cases may name; `name` is part of the patient's."""

    name: Word | None = None
    phase: Word | None = None
    status: Word | None = None
    limit: int = Field(default=100, ge=1, le=MOST)
    after: Word | None = None


class Caseload(Value):
    """A page of cases, what is due first before the rest. `next` is the `after` of another.

    Whoever does not look after the whole clinic sees those in their care. `not_in_care` are the
    pathways of others whose name was looked for: of more than five, none.
    """

    cases: tuple[Case, ...]
    next: str | None
    not_in_care: tuple[str, ...] = ()


class Timeline(Value):
    """A page of a pathway's timeline, the oldest first. `next` is the `after` of another."""

    pathway_id: str
    entries: tuple[Entry, ...]
    next: int | None


@router.get("", responses=answers(Forbidden), dependencies=[needs(Permission.READ_OPERATIONS)])
async def states(services: Serving) -> Views:
    """The state of every view."""
    return Views(views=tuple(await view_states(services.pool)))


@router.post(
    "/{name}/rebuild",
    responses=answers(NotFound, ViewRefused, Forbidden),
    dependencies=[needs(Permission.REBUILD_VIEWS)],
)
async def build_anew(name: str, services: Serving) -> Rebuilt:
    """Build a view anew from the log, beside the one that is read meanwhile."""
    view = view_named(name)
    await ensure_catalogue(services.pool)
    built = await rebuild(view, services.store, services.pool)
    return Rebuilt(view=name, seq=built.seq, differences=built.differences)


@router.post(
    "/{name}/check",
    responses=answers(NotFound, ViewRefused, Forbidden),
    dependencies=[needs(Permission.REBUILD_VIEWS)],
)
async def compare(name: str, services: Serving) -> Checked:
    """Compare a view with what the log says it should be."""
    view = view_named(name)
    await ensure_catalogue(services.pool)
    return await check(view, services.store, services.pool)


@router.get(
    "/caseload",
    responses=answers(BadRequest, Forbidden),
    dependencies=[needs(Permission.READ_CASELOAD)],
)
async def caseload(
    request: Request,
    services: Serving,
    actor: Acting,
    *,
    phase: Words = None,
    status: Words = None,
    limit: Limit = 100,
    after: Words = None,
) -> Caseload:
    """Cases by phase and status."""
    wanted = Wanted(phase=phase, status=status, cared_for_by=await caring(request))
    found = await _cases(services, actor.role, wanted, limit, after)
    note_list(request, (one.pathway_id for one in found.cases))
    return found


@router.post(
    "/caseload/search",
    responses=answers(BadRequest, Forbidden),
    dependencies=[needs(Permission.READ_CASELOAD)],
)
async def search(request: Request, sought: Sought, services: Serving, actor: Acting) -> Caseload:
    """Cases by phase, status and part of the patient's name, which no URL may hold."""
    care = await caring(request)
    wanted = Wanted(phase=sought.phase, status=sought.status, name=sought.name, cared_for_by=care)
    found = await _cases(services, actor.role, wanted, sought.limit, sought.after)
    others = await strangers(services.pool, wanted) or ()
    note_list(request, (*(one.pathway_id for one in found.cases), *others))
    return found.model_copy(update={"not_in_care": others})


@router.get(
    "/timeline/{pathway_id}",
    responses=answers(BadRequest, NotFound, Forbidden),
    dependencies=[needs_of_kind("pathway_id")],
)
async def timeline(
    pathway_id: str,
    services: Serving,
    actor: Acting,
    limit: Limit = 100,
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> Timeline:
    """What happened on a pathway, told in sentences; `after` is a version."""
    try:
        known_form(pathway_id)
    except UnknownEntity:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,)) from None
    async with _built("timeline"):
        entries = await read_timeline(services.pool, pathway_id, limit=limit, after_version=after)
    further = entries[-1].version if len(entries) == limit else None
    told = tuple(visible_entry(actor.role, one) for one in entries)
    return Timeline(pathway_id=pathway_id, entries=told, next=further)


async def _cases(
    services: Serving, role: Role, wanted: Wanted, limit: int, after: str | None
) -> Caseload:
    place = _place(after) if after else None
    async with _built("caseload"):
        cases = await list_cases(services.pool, wanted, limit=limit, after=place)
    if not cases:
        await _require_known(services, wanted)
    shown = tuple(visible_case(role, one) for one in cases)
    return Caseload(cases=shown, next=_mark(cases[-1]) if len(cases) == limit else None)


async def _require_known(services: Services, wanted: Wanted) -> None:
    """Raise `BadRequest` for a phase or status that no case can have.

    Asked only when nothing was found: a case may be in a phase of a version that is not published
    here any more.
    """
    if wanted.status is not None:
        _require_among("status", wanted.status, STATUSES)
    if wanted.phase is not None:
        _require_among("phase", wanted.phase, await _phases(services))


async def _phases(services: Services) -> list[str]:
    """Those of every published version."""
    return [
        phase.id
        async for programme in published_programmes(services)
        for version in programme.definitions
        for phase in version.phases
    ]


def _require_among(what: str, given: str, known: Iterable[str]) -> None:
    there_are = tuple(dict.fromkeys(known))
    if given not in there_are:
        raise BadRequest(f"There is no such {what}; there are: {', '.join(there_are)}.")


@asynccontextmanager
async def _built(view: str) -> AsyncIterator[None]:
    """Say in our words that a view's tables are not there yet."""
    try:
        yield
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        raise ViewAbsent(view) from None


def _mark(case: Case) -> str:
    due = case.next_due_at.astimezone(UTC) if case.next_due_at else None
    written = due.isoformat().replace("+00:00", "Z") if due else NOTHING_DUE
    return f"{written}~{case.pathway_id}"


def _place(mark: str) -> Place:
    due, _, pathway_id = mark.partition("~")
    try:
        known_form(pathway_id)
    except UnknownEntity:
        raise BadRequest("after: give the `next` of the page before.") from None
    at = None if due == NOTHING_DUE else instant(due, "after")
    return Place(next_due_at=at, pathway_id=pathway_id)
