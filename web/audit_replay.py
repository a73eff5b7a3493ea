"""Replaying: /api/audit/replay, /api/audit/steps and /api/audit/diff.

Whoever asks about the whole clinic has read about all of its patients, and the access log says so.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from audit.comparing import Compared, Differing, compare, compare_clinic
from audit.differences import Change
from audit.log import Log, Stream
from audit.replay import (
    Census,
    Counts,
    PathwayRow,
    Replayed,
    counted,
    replay,
    replay_clinic,
    settled,
)
from audit.stepping import Asked, See, Step, everything, steps
from domain.actor import Role
from domain.deciders import UnknownEntity, decider_of
from domain.fold import start
from domain.value import Value
from projections.follow import Until
from web.answers import answers
from web.audit_streams import array, begun, members
from web.entities import Recorded, Shown, shown
from web.errors import UNKNOWN_ENTITY, BadRequest, NotFound
from web.identity import known_form
from web.instants import instant
from web.rights.errors import Forbidden
from web.rights.fields import OF_PATIENTS, visible
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_clinic, note_reading
from web.services import Services, Serving

PAGE = 1000
"""Ids of pathways counted at once."""

ERRORS = answers(BadRequest, NotFound, Forbidden)
READS = [needs(Permission.READ_AUDIT)]

router = APIRouter(prefix="/api/audit", tags=["audit"])


class StepsAsked(Value):
    """`first` and `last` are places in the entity's history, counted from 1.

    `state` asks for the whole state at each step, `role` is who would have been permitted.
    """

    entity: str
    first: int = Field(default=1, ge=1)
    last: int | None = Field(default=None, ge=1)
    role: Role = "supervisor"
    state: bool = False


class DiffAsked(Value):
    """Two instants with two clocks each; one that is not given is now."""

    entity: str | None = None
    since: str | None = Field(default=None, alias="from")
    to: str | None = None
    known_from: str | None = None
    known_to: str | None = None

    @property
    def sides(self) -> tuple[Until, Until]:
        """Raises `BadRequest`."""
        return (
            Until(
                effective=instant(self.since, "from"), known=instant(self.known_from, "known_from")
            ),
            Until(effective=instant(self.to, "to"), known=instant(self.known_to, "known_to")),
        )


class Steps(Value):
    """Every step that was asked for."""

    entity_id: str
    steps: tuple[Step, ...]


class EntityDiff(Value):
    """One entity at two instants. `gone` counted at the first and not at the second."""

    entity_id: str
    existed_before: bool
    existed_after: bool
    changes: tuple[Change, ...]
    came: tuple[Recorded, ...]
    gone: tuple[Recorded, ...]


class ClinicDiff(Value):
    """Every entity that differs, of the log up to `position`."""

    position: int
    differing: tuple[Differing, ...]


@router.get("/replay", responses=ERRORS, dependencies=READS, response_model=Shown | Census)
async def replayed(
    request: Request,
    services: Serving,
    entity: str | None = None,
    as_of: str | None = None,
    known_at: str | None = None,
) -> Any:
    """One entity, or the clinic, as it was by `as_of` and known by `known_at`.

    An entity that did not exist then has no state, and is not in the clinic; one of which the log
    knows nothing at all is not found.
    """
    effective, known = instant(as_of, "as_of"), instant(known_at, "known_at")
    if entity is None:
        await note_clinic_read(request, services)
        log = log_of(services)
        until = await settled(log, Until(effective=effective, known=known))
        return await begun(_census(log, until))
    await stream_read(request, services, entity)
    found = await replay(services.store, entity, effective, known)
    return shown(found, request.state.actor.role)


@router.get("/steps", responses=ERRORS, dependencies=READS, response_model=Steps)
async def stepped(
    request: Request, services: Serving, asked: Annotated[StepsAsked, Query()]
) -> StreamingResponse:
    """An entity event by event: what changed, which deadlines stood, what was permitted."""
    events = await stream_read(request, services, asked.entity)
    wanted = Asked(
        first=asked.first,
        last=asked.last,
        whole=asked.state,
        role=asked.role,
        see=seen_by(request, asked.entity),
    )
    return await begun(_steps(services, asked.entity, events, wanted))


@router.get("/diff", responses=ERRORS, dependencies=READS, response_model=EntityDiff | ClinicDiff)
async def diff(request: Request, services: Serving, asked: Annotated[DiffAsked, Query()]) -> Any:
    """What one entity, or the clinic, became between two instants, each with two clocks."""
    before, after = asked.sides
    if asked.entity is None:
        await note_clinic_read(request, services)
        log = log_of(services)
        return await begun(_clinic_diff(log, before, await settled(log, after)))
    events = await stream_read(request, services, asked.entity)
    found = compare(asked.entity, events, before, after, seen_by(request, asked.entity))
    return _told(found, request.state.actor.role)


def log_of(services: Services) -> Log:
    """The log as an audit reads it."""
    return Log(services.store, services.pool)


async def stream_read(request: Request, services: Services, entity_id: str) -> Stream:
    """What the log has of an entity; that it was read is recorded. Raises `NotFound`."""
    await note_reading(request, entity_id)
    return await whole_stream(services, entity_id)


async def whole_stream(services: Services, entity_id: str) -> Stream:
    """The same for a route that records the read by itself. Raises `NotFound`."""
    try:
        events = await services.store.read_stream(known_form(entity_id))
    except UnknownEntity:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,)) from None
    if not events:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,))
    return events


async def note_clinic_read(request: Request, services: Services, what: str | None = None) -> None:
    """Record that somebody asked about all patients at once; `what` is the route if not said."""
    patients, after = 0, ""
    while page := await services.store.streams("pathway", after, PAGE):
        patients, after = patients + len(page), page[-1]
    note_clinic(request, patients, what)


def seen_by(request: Request, entity_id: str) -> See:
    """What the reader's role sees of an entity's record."""
    role: Role = request.state.actor.role
    if decider_of(entity_id).kind not in OF_PATIENTS:
        return everything
    return lambda record: visible(role, record)


async def _census(log: Log, until: Until) -> AsyncIterator[str]:
    """Groups come before pathways in the log's order, and so they do here."""
    counts, list_open, between = Counts(), "groups", ""
    yield '{"groups": ['
    async for row in replay_clinic(log, until, counts):
        if list_open == "groups" and isinstance(row, PathwayRow):
            list_open, between = "pathways", ""
            yield '], "pathways": ['
        yield between + row.model_dump_json()
        between = ",\n"
    if list_open == "groups":
        yield '], "pathways": ['
    yield f"], {members({**counted(counts), 'position': until.seq})}}}"


async def _steps(
    services: Services, entity_id: str, events: Stream, asked: Asked
) -> AsyncIterator[str]:
    yield f'{{"entity_id": "{entity_id}", "steps": '
    async for part in array(steps(entity_id, events, services.definitions.version, asked)):
        yield part
    yield "}"


async def _clinic_diff(log: Log, before: Until, after: Until) -> AsyncIterator[str]:
    yield f'{{"position": {after.seq}, "differing": '
    async for part in array(compare_clinic(log, before, after)):
        yield part
    yield "}"


def _told(found: Compared, role: Role) -> EntityDiff:
    return EntityDiff(
        entity_id=found.entity_id,
        existed_before=found.existed[0],
        existed_after=found.existed[1],
        changes=found.changes,
        came=_timeline(found.entity_id, found.came, role),
        gone=_timeline(found.entity_id, found.gone, role),
    )


def _timeline(entity_id: str, events: Stream, role: Role) -> tuple[Recorded, ...]:
    return shown(Replayed(entity_id, events, start(decider_of(entity_id))), role).timeline
