"""A command on its way to its entity, and the receipt that comes back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from domain.actor import CLOCK, MESSENGER, Actor
from domain.decider import ITSELF, Deadline, Transition
from domain.events.effects import EffectOutcome
from domain.events.envelope import Origin
from domain.fold import PendingEffect
from domain.value import Value


class Submission(Value):
    """One command. Sent twice under the same `command_id`, it happens once."""

    command_id: UUID
    command: str
    data: dict[str, Any]
    actor: Actor
    causation_id: UUID | None = None
    correlation_id: UUID | None = None

    @property
    def origin(self) -> Origin:
        return Origin(
            command_id=self.command_id,
            actor=self.actor,
            causation_id=self.causation_id,
            correlation_id=self.correlation_id or self.command_id,
        )


class Receipt(Value):
    """What an accepted command did: the stored types of its events, in order.

    `version` is the entity's version after them. No events: the command changed nothing.
    `permitted` is what may be done next; what is blocked, and why, is asked for by itself.
    """

    entity_id: str
    command_id: UUID
    version: int
    events: tuple[str, ...]
    permitted: tuple[Transition, ...]


_NAMES = UUID("7a1de1f5-9cf1-5b0b-a1a5-2f2b7f1d3c60")
"""The namespace of command ids that carepath itself derives."""


def meeting(entity_id: str, deadline: Deadline) -> Submission:
    """The clock's command for a deadline: always the same one, however often it is sent."""
    name = f"{entity_id}/{deadline.kind}/{deadline.subject}/{deadline.at.isoformat()}"
    return Submission(
        command_id=uuid5(_NAMES, name),
        command="meet_deadline",
        data=deadline.model_dump(mode="json"),
        actor=CLOCK,
    )


def telling(sender: str, pending: PendingEffect) -> Submission:
    """What an effect has another entity asked: the effect's id is the command's.

    Where the effect says `ITSELF`, the other entity is told the sender's id.
    """
    return Submission(
        command_id=pending.id,
        command=pending.effect.template,
        data={
            name: sender if value == ITSELF else value
            for name, value in pending.effect.data.items()
        },
        actor=Actor(subject=sender, role="service"),
        causation_id=pending.caused_by,
    )


def settling(
    pending: PendingEffect,
    outcome: EffectOutcome,
    attempts: int,
    reasons: Sequence[str] = (),
) -> Submission:
    """The messenger's command for what came of an effect."""
    return Submission(
        command_id=uuid5(pending.id, "settled"),
        command="settle_effect",
        data={
            "effect_id": str(pending.id),
            "effect": pending.effect.name,
            "outcome": outcome,
            "attempts": attempts,
            "reasons": list(reasons),
        },
        actor=MESSENGER,
        causation_id=pending.caused_by,
    )
