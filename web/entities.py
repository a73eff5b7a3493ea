"""Entities: their state and timeline, what they permit, and commands to them."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime

from audit.replay import Replayed, replay
from domain.actor import Actor, Role
from domain.commands.submission import Receipt, Submission
from domain.decider import Rejected, Transition
from domain.deciders import UnknownEntity, decider_of
from domain.events.envelope import RecordedEvent
from domain.value import Value
from web import requests
from web.answers import answers
from web.body import read_object
from web.decisions import context_for
from web.errors import (
    UNKNOWN_ENTITY,
    BadRequest,
    Baffled,
    CommandRefused,
    Crowded,
    NoSuchEntity,
    NotFound,
    TooLong,
    TooSlow,
)
from web.identity import addressed, known_form
from web.instants import instant
from web.rights.errors import CommandForbidden, Forbidden
from web.rights.fields import OF_PATIENTS, content_seen, visible
from web.rights.needs import needs, needs_of_kind, require_submitting
from web.rights.permissions import PERMISSIONS, Permission
from web.security import Acting
from web.services import Serving
from web.submitting import readable, require_unused_elsewhere, submit

DERIVED = 5
"""The version of the UUIDs that carepath derives for its own commands, such as deadlines."""

LATE_AFTER = timedelta(days=1)
"""An event recorded longer than this after it happened was recorded late."""

router = APIRouter(prefix="/api/entities", tags=["entities"])


class Recorded(Value):
    """One event of a timeline. `late`: recorded more than a day after it happened."""

    seq: int
    version: int
    type: str
    effective_at: AwareDatetime
    recorded_at: AwareDatetime
    actor: Actor
    data: dict[str, Any]
    late: bool


class Shown(Value):
    """An entity as the log says it is, or was. `state` is null where it did not exist yet."""

    entity_id: str
    kind: str
    version: int
    programme: str | None
    state: dict[str, Any] | None
    timeline: tuple[Recorded, ...]
    says: str | None = None


class Permitted(Value):
    """What may be done with an entity now; a transition that is not open says why."""

    entity_id: str
    version: int
    permitted: tuple[Transition, ...]


class Accepted(Receipt):
    """The receipt of a command."""

    accepted: bool = True


@router.get(
    "/{entity_id}",
    responses=answers(BadRequest, NotFound, Forbidden),
    dependencies=[needs_of_kind()],
)
async def show(
    entity_id: str,
    services: Serving,
    actor: Acting,
    as_of: Annotated[str | None, Query()] = None,
    known_at: Annotated[str | None, Query()] = None,
) -> Shown:
    """State and timeline: of what had happened by `as_of` and was recorded by `known_at`."""
    effective, known = instant(as_of, "as_of"), instant(known_at, "known_at")
    found = await _found(services, entity_id)
    if effective or known:
        found = await replay(services.store, entity_id, effective, known)
    return shown(found, actor.role)


@router.get(
    "/{entity_id}/permitted",
    responses=answers(NotFound, Forbidden),
    dependencies=[needs_of_kind()],
)
async def permitted(entity_id: str, services: Serving, actor: Acting) -> Permitted:
    """Every transition, open or with all that blocks it."""
    found = await _found(services, entity_id)
    context = await context_for(services, found.folded, actor)
    transitions = decider_of(entity_id).permitted(found.folded.state, context)
    return Permitted(
        entity_id=entity_id, version=found.folded.version, permitted=tuple(transitions)
    )


@router.post(
    "/{entity_id}/commands",
    openapi_extra=requests.COMMAND,
    responses=answers(
        BadRequest,
        Forbidden,
        CommandForbidden,
        NoSuchEntity,
        TooSlow,
        CommandRefused,
        TooLong,
        Crowded,
        Baffled,
    ),
    dependencies=[needs(Permission.SUBMIT)],
)
async def command(entity_id: str, request: Request, services: Serving, actor: Acting) -> Accepted:
    """Submit `{command, data, command_id?}`. The same `command_id` again changes nothing.

    `group-new`, `clinician-new` and the like stand for an entity that the command brings into
    being; the receipt gives its id.
    """
    asked = await read_object(request)
    unknown = set(asked) - {"command", "data", "command_id"}
    name, data = asked.get("command"), asked.get("data", {})
    if unknown or not isinstance(name, str) or not isinstance(data, dict):
        raise BadRequest("Send {command: text, data: object, command_id: UUID, may be left out}.")
    given = _command_id(asked.get("command_id"))
    command_id = given or uuid4()
    try:
        entity_id = addressed(entity_id, command_id)
        name, data = readable(entity_id, name, data)
        require_submitting(actor, entity_id, name)
        if given:
            await require_unused_elsewhere(services, entity_id, given)
        submission = Submission(command_id=command_id, command=name, data=data, actor=actor)
        receipt = await submit(services, entity_id, submission)
    except UnknownEntity:
        raise NoSuchEntity from None
    except Rejected as refusal:
        raise CommandRefused(refusal.reasons) from None
    return Accepted(**dict(receipt))


def shown(replayed: Replayed, role: Role) -> Shown:
    """An entity as a reader of the API sees it: of a patient's, what the role may see."""
    folded = replayed.folded
    kind = decider_of(replayed.entity_id).kind
    hidden_from = role if kind in OF_PATIENTS else None
    return Shown(
        entity_id=replayed.entity_id,
        kind=kind,
        version=folded.version,
        programme=folded.programme_version,
        state=_plain(folded.state, hidden_from) if replayed.existed else None,
        timeline=tuple(_recorded(one, hidden_from) for one in replayed.events),
        says=_remark(replayed),
    )


def _remark(replayed: Replayed) -> str | None:
    if not replayed.existed:
        return "Nothing of this entity had happened or was known then."
    erased_at = getattr(replayed.folded.state, "erased_at", None)
    return f"Erased on {erased_at:%Y-%m-%d}: the content is gone." if erased_at else None


async def _found(services: Serving, entity_id: str) -> Replayed:
    try:
        replayed = await replay(services.store, known_form(entity_id), None, None)
    except UnknownEntity:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,)) from None
    if not replayed.existed:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,))
    return replayed


def _command_id(given: object) -> UUID | None:
    if given is None:
        return None
    try:
        command_id = UUID(given) if isinstance(given, str) else UUID("")
    except ValueError:
        raise BadRequest("command_id must be a UUID, such as one of version 4 or 7.") from None
    if command_id.version == DERIVED:
        raise BadRequest("command_id: version 5 is carepath's own; give a random one, 4 or 7.")
    return command_id


def _plain(value: Value, hidden_from: Role | None) -> dict[str, Any]:
    record = value.model_dump(mode="json")
    return record if hidden_from is None else visible(hidden_from, record)


def _recorded(one: RecordedEvent, hidden_from: Role | None) -> Recorded:
    content = one.event.model_dump(mode="json", exclude={"at"})
    return Recorded(
        seq=one.seq,
        version=one.version,
        type=one.type,
        effective_at=one.effective_at,
        recorded_at=one.recorded_at,
        actor=one.origin.actor,
        data=content_seen(PERMISSIONS[hidden_from], one.type, content) if hidden_from else content,
        late=one.recorded_at - one.effective_at > LATE_AFTER,
    )
