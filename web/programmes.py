"""Programmes: /api/programmes."""

from typing import Annotated, Any, cast
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, PositiveInt

from activities.definitions import stream_of
from audit.definitions import Change, changes
from domain.actor import Actor
from domain.commands.programme import Publish
from domain.commands.registry import read
from domain.commands.submission import Submission
from domain.decider import Rejected
from domain.deciders import UnknownEntity
from domain.events.programme import Published
from domain.fold import fold
from domain.programme import PROGRAMME
from domain.programmes.definition import Definition
from domain.value import Value
from web import requests
from web.answers import answers
from web.body import read_object
from web.decisions import context_for
from web.entities import Accepted
from web.errors import BadRequest, CommandRefused, Crowded, NotFound, TooLong, TooSlow
from web.identity import known_form
from web.published import programme_ids
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.security import Acting
from web.services import Services, Serving

router = APIRouter(prefix="/api/programmes", tags=["programmes"])


class Version(Value):
    """One published version; `label` is what pathways on it are recorded with."""

    version: int
    label: str
    title: str
    published_at: AwareDatetime


class Listed(Value):
    """One programme with its versions, the oldest first."""

    id: str
    versions: tuple[Version, ...]


class Programmes(Value):
    """All published programmes."""

    programmes: tuple[Listed, ...]


class Diff(Value):
    """What changed from one version to another."""

    programme: str
    before: int
    after: int
    changes: tuple[Change, ...]


@router.get("", responses=answers(Forbidden), dependencies=[needs(Permission.READ_PROGRAMMES)])
async def programmes(services: Serving) -> Programmes:
    """All programmes with their published versions."""
    ids = programme_ids(services.store)
    return Programmes(programmes=tuple([await _listed(services, one) async for one in ids]))


@router.post(
    "",
    openapi_extra=requests.DEFINITION,
    responses=answers(BadRequest, Forbidden, TooSlow, CommandRefused, TooLong, Crowded),
    dependencies=[needs(Permission.PUBLISH_PROGRAMME)],
)
async def publish(request: Request, services: Serving, actor: Acting) -> Accepted:
    """Publish the definition in the body as the programme's next version."""
    body = await read_object(request)
    try:
        return await _publish(services, body, actor)
    except Rejected as refusal:
        raise CommandRefused(refusal.reasons) from None


@router.get(
    "/{programme_id}",
    responses=answers(BadRequest, NotFound, Forbidden),
    dependencies=[needs(Permission.READ_PROGRAMMES)],
)
async def definition(
    programme_id: str, services: Serving, version: PositiveInt | None = None
) -> Definition:
    """The definition in force, or that of a version."""
    return await _version(services, programme_id, version)


@router.get(
    "/{programme_id}/diff",
    responses=answers(BadRequest, NotFound, Forbidden),
    dependencies=[needs(Permission.READ_PROGRAMMES)],
)
async def diff(
    programme_id: str,
    services: Serving,
    before: Annotated[PositiveInt, Query(alias="from")],
    after: Annotated[PositiveInt, Query(alias="to")],
) -> Diff:
    """What changed from one published version to another."""
    first = await _version(services, programme_id, before)
    second = await _version(services, programme_id, after)
    return Diff(programme=programme_id, before=before, after=after, changes=changes(first, second))


async def _publish(services: Services, body: dict[str, Any], actor: Actor) -> Accepted:
    """Decide first, so that a refused definition starts no workflow."""
    command = cast("Publish", read(PROGRAMME.kind, "publish", {"definition": body}))
    stream = stream_of(command.definition.id)
    folded = fold(PROGRAMME, await services.store.read_stream(stream))
    PROGRAMME.decide(folded.state, command, await context_for(services, folded, actor))
    submission = Submission(
        command_id=uuid4(), command="publish", data=command.model_dump(mode="json"), actor=actor
    )
    receipt = await services.entities.submit_starting(stream, submission)
    return Accepted(**dict(receipt))


async def _version(services: Services, programme_id: str, number: int | None) -> Definition:
    missing = NotFound("No such version is published: see /api/programmes for those that are.")
    try:
        known_form(stream_of(programme_id))
    except UnknownEntity:
        raise missing from None
    programme = await services.definitions.programme(programme_id)
    found = programme.latest if number is None else programme.version(number)
    if found is None:
        raise missing
    return found


async def _listed(services: Services, programme_id: str) -> Listed:
    events = await services.store.read_stream(stream_of(programme_id))
    versions = tuple(
        Version(
            version=one.event.definition.version,
            label=one.event.definition.label,
            title=one.event.definition.title,
            published_at=one.effective_at,
        )
        for one in events
        if isinstance(one.event, Published)
    )
    return Listed(id=programme_id, versions=versions)
