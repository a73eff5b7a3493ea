"""What a route needs: every route declares it, and whoever may not is refused with 403.

@router.get("/board", dependencies=[needs(Permission.READ_SAFETY)])
"""

from typing import Any

from fastapi import Depends, Request

from domain.actor import Actor, Role
from domain.deciders import DECIDERS
from web.errors import UNKNOWN_ENTITY, NotFound
from web.person import Person
from web.rights.commands import SUBMITS, may_submit
from web.rights.errors import CommandForbidden, Forbidden, InsufficientScope
from web.rights.permissions import PERMISSIONS, READ_OF, SAYS, Permission, may
from web.rights.reading import note_reading
from web.rights.scopes import giving, permissions_of


class Needs:
    """A dependency that asks for one permission."""

    def __init__(self, permission: Permission) -> None:
        self.permissions = frozenset({permission})
        self._permission = permission

    def __call__(self, request: Request) -> None:
        require_of(request.state.person, self._permission)


class NeedsOfKind:
    """A dependency that asks for what reading an entity of the path's kind takes.

    Where that is about one patient, it also asks for a care relationship or for a reason given
    before, and records the read.
    """

    def __init__(self, parameter: str = "entity_id") -> None:
        self.permissions = frozenset(READ_OF.values())
        self._parameter = parameter

    async def __call__(self, request: Request) -> None:
        entity_id = request.path_params[self._parameter]
        require_reading(request.state.actor, entity_id)
        await note_reading(request, entity_id)


class NeedsOfPatient(NeedsOfKind):
    """The same where the path names a patient by the UUID of their pathway, as FHIR does."""

    async def __call__(self, request: Request) -> None:
        require_of(request.state.person, Permission.READ_PATIENT)
        await note_reading(request, f"pathway-{request.path_params[self._parameter]}")


def needs(permission: Permission) -> Any:
    """What a route lists among its `dependencies`. Raises `Forbidden`."""
    return Depends(Needs(permission))


def needs_of_kind(parameter: str = "entity_id") -> Any:
    """The same for a route whose path names an entity of any kind.

    Raises `Forbidden`, and where it is about one patient `GlassWhole` or `ReadsNotRecorded`.
    """
    return Depends(NeedsOfKind(parameter))


def require_of(person: Person, permission: Permission) -> None:
    """Raise `Forbidden` or `InsufficientScope` unless the person, or program, may do that."""
    if person.scopes is None:
        require_permission(person.actor, permission)
    elif permission not in permissions_of(person.scopes):
        raise InsufficientScope(giving(permission))


def held_by(person: Person) -> frozenset[Permission]:
    """All that somebody may do."""
    if person.scopes is None:
        return PERMISSIONS[person.actor.role]
    return permissions_of(person.scopes)


def needs_of_patient(parameter: str = "patient_id") -> Any:
    """The same for a route whose path names a patient. Raises also `InsufficientScope`."""
    return Depends(NeedsOfPatient(parameter))


def require_permission(actor: Actor, permission: Permission) -> None:
    """Raise `Forbidden` unless the actor's role has the permission."""
    if not may(actor.role, permission):
        allowed = [role for role, held in PERMISSIONS.items() if permission in held]
        raise Forbidden(SAYS[permission], actor.role, allowed, permission)


def require_reading(actor: Actor, entity_id: str) -> None:
    """Raise `Forbidden` unless the actor may read entities of this kind, `NotFound` for no kind."""
    permission = READ_OF.get(entity_id.partition("-")[0])
    if permission is None:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,))
    require_permission(actor, permission)


def may_read(role: Role, entity_id: str) -> bool:
    """Whether somebody in this role may read entities of this kind at all."""
    permission = READ_OF.get(entity_id.partition("-")[0])
    return permission is not None and may(role, permission)


def require_submitting(actor: Actor, entity_id: str, command: str) -> None:
    """Raise `CommandForbidden` unless the actor may submit the command to entities of this kind."""
    kind = entity_id.partition("-")[0]
    if kind in DECIDERS and not may_submit(actor.role, kind, command):
        allowed = [role for role in SUBMITS if may_submit(role, kind, command)]
        raise CommandForbidden(f"{kind}.{command}", actor.role, allowed)
