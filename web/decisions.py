"""What a decision about an entity may know, when it is taken here and not by its workflow."""

from typing import Any

from domain.actor import Actor
from domain.decider import Context
from domain.deciders import decider_of, seen_beside
from domain.fold import Folded, fold
from domain.value import Value
from web.services import Services


async def context_for(services: Services, folded: Folded[Any], actor: Actor) -> Context:
    """Now, the actor, the programme version, and the facts that tell what blocks a transition."""
    label = folded.programme_version
    return Context(
        now=services.now(),
        actor=actor,
        programme=await services.definitions.version(label) if label else None,
        references={one: await _facts(services, one) for one in seen_beside(folded.state)},
    )


async def _facts(services: Services, entity_id: str) -> Value:
    decider = decider_of(entity_id)
    return decider.facts(fold(decider, await services.store.read_stream(entity_id)).state)
