"""What a decision about an entity may know, when it is taken here and not by its workflow."""

from typing import Any

from domain.actor import Actor
from domain.decider import Context
from domain.fold import Folded
from web.services import Services


async def context_for(services: Services, folded: Folded[Any], actor: Actor) -> Context:
    """Now, the actor, and the programme version that the entity is on."""
    label = folded.programme_version
    programme = await services.definitions.version(label) if label else None
    return Context(now=services.now(), actor=actor, programme=programme)
