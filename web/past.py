"""Any view's rows, now or as of an instant: /api/views/{name}/as-of.

An instant is replayed into tables beside the live ones: it takes as long as building the view anew.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from domain.actor import Actor
from domain.value import Value
from projections.follow import Until
from projections.shown import Shown, shown, shown_as_of
from projections.views import view_named
from web.answers import answers
from web.errors import BadRequest, NotFound, ViewRefused
from web.instants import instant
from web.rights.access_log import AccessLog
from web.rights.errors import Forbidden
from web.rights.fields import visible
from web.rights.needs import needs, require_permission
from web.rights.permissions import Permission
from web.rights.reading import note_list
from web.security import Acting
from web.services import Serving

MOST = 500
"""Rows at most."""

OF_VIEW: Mapping[str, Permission] = {
    "access_log": Permission.READ_ACCESS_LOG,
    "caseload": Permission.READ_CASELOAD,
    "clinicians": Permission.READ_CLINICIANS,
    "deadlines": Permission.READ_OPERATIONS,
    "disclosures": Permission.READ_PATIENT,
    "funnel": Permission.READ_OUTCOMES,
    "groups": Permission.READ_GROUPS,
    "measures": Permission.READ_CLINICAL,
    "outcomes": Permission.READ_OUTCOMES,
    "safety": Permission.READ_SAFETY,
    "sessions": Permission.READ_GROUPS,
    "timeline": Permission.READ_PATIENT,
    "waitlist": Permission.READ_WAITLIST,
    "worklist": Permission.READ_WORKLIST,
}
"""What reading a view takes, besides reading the past. A view that is not here is nobody's."""

PATIENT = "pathway-"

Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]

router = APIRouter(prefix="/api/views", tags=["views"])


class Asked(Value):
    """Of what had happened by `as_of` and was recorded by `known_at`; now if neither is given.

    `of` is a value, such as an entity's id, that one of a row's columns must have.
    """

    as_of: Word | None = None
    known_at: Word | None = None
    of: Word | None = None
    limit: int = Field(default=100, ge=1, le=MOST)


class Row(Value):
    """One row of a view, without what the reader's role may not see."""

    table: str
    row: dict[str, Any]


class Rows(Value):
    """What a view showed, table by table."""

    view: str
    rows: tuple[Row, ...]


@router.post(
    "/{name}/as-of",
    responses=answers(BadRequest, NotFound, ViewRefused, Forbidden),
    dependencies=[needs(Permission.READ_PAST)],
)
async def as_of(
    name: str, asked: Asked, request: Request, services: Serving, actor: Acting
) -> Rows:
    """The rows of a view, now or as of an instant."""
    view = view_named(name)
    _require_view(actor, name)
    until = Until(
        effective=instant(asked.as_of, "as_of"), known=instant(asked.known_at, "known_at")
    )
    found = (
        await shown(view, services.pool, limit=asked.limit, having=asked.of)
        if until == Until()
        else await shown_as_of(
            view, services.store, services.pool, until, limit=asked.limit, having=asked.of
        )
    )
    _note(request, actor, name, asked.of, found)
    rows = (Row(table=one.table, row=visible(actor.role, one.row)) for one in found)
    return Rows(view=name, rows=tuple(rows))


def _require_view(actor: Actor, name: str) -> None:
    if name not in OF_VIEW:
        raise NotFound(f"The view {name} is read as of no instant.")
    require_permission(actor, OF_VIEW[name])


def _note(
    request: Request, actor: Actor, name: str, of: str | None, found: Iterable[Shown]
) -> None:
    """Record the read: of one patient where one was asked for, or else of a list."""
    what = f"/api/views/{name}/as-of"
    named = {value for one in found for value in one.row.values() if _is_patient(value)}
    if of is not None and of in named:
        log: AccessLog = request.app.state.access_log
        log.note(of, actor, what)
    else:
        note_list(request, named, what)


def _is_patient(value: object) -> bool:
    return isinstance(value, str) and value.startswith(PATIENT)
