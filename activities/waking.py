"""Waking entities: the way of a command to one whose workflow does not run."""

from typing import Protocol

from temporalio import activity

from activities import contracts
from activities.contracts import Wake
from domain.commands.submission import Submission


class Entities(Protocol):
    """The way to running entities."""

    async def wake(self, entity_id: str, submission: Submission, answer_to: str) -> None:
        """Start the entity if it does not run, and give it the command."""


class WakingActivities:
    """Starts what does not run. May be repeated at will: the command has its own id."""

    def __init__(self, entities: Entities) -> None:
        self._entities = entities

    @activity.defn(name=contracts.WAKE_ENTITY)
    async def wake_entity(self, request: Wake) -> None:
        """Deliver a command to an entity that a signal could not reach."""
        await self._entities.wake(request.entity_id, request.submission, request.answer_to)
