"""A visit: somebody asks for a page of the clinic, in a role."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from domain.actor import Actor
from domain.decider import Context
from domain.deciders import UnknownEntity, decider_of
from domain.events.envelope import RecordedEvent
from domain.fold import Folded
from web.decisions import context_for
from web.errors import UNKNOWN_ENTITY, NotFound
from web.identity import known_form
from web.pages.clinic import AtClinic, Clinic
from web.pages.streams import streams_of
from web.security import Acting
from web.services import Services, Serving


@dataclass(frozen=True)
class Visit:
    """Who asks, of which clinic, with what the answer is made with."""

    request: Request
    services: Services
    clinic: Clinic
    actor: Actor


@dataclass(frozen=True)
class Met:
    """An entity as the log has it now: its events, its fold, and what a decision may know."""

    id: str
    events: list[RecordedEvent]
    folded: Folded[Any]
    context: Context

    @property
    def kind(self) -> str:
        return decider_of(self.id).kind


async def _visit(request: Request, services: Serving, clinic: AtClinic, actor: Acting) -> Visit:
    return Visit(request, services, clinic, actor)


Visiting = Annotated[Visit, Depends(_visit)]


async def meet(visit: Visit, entity_id: str) -> Met:
    """The entity, from its stream: no view has to catch up. Raises `NotFound`."""
    try:
        known_form(entity_id)
    except UnknownEntity:
        raise NotFound(UNKNOWN_ENTITY.message) from None
    met = await meet_perhaps(visit, entity_id)
    if not met.events:
        raise NotFound(UNKNOWN_ENTITY.message)
    return met


async def meet_perhaps(visit: Visit, entity_id: str) -> Met:
    """The same, also of an entity that is yet to come into being."""
    stream = await streams_of(visit.request).of(entity_id)
    context = await context_for(visit.services, stream.folded, visit.actor)
    return Met(entity_id, stream.events, stream.folded, context)
