"""What every command is: a request in the imperative, which may be refused."""

from uuid import UUID

from pydantic import NonNegativeInt

from domain.events.effects import EffectOutcome
from domain.value import Instant, Name, Value


class Command(Value):
    """A request. Its name on the outside stands in the registry, not here."""


class Dated(Command):
    """A request that may be entered late: `at` is when it happened, and absent if that is now."""

    at: Instant | None = None


class MeetDeadline(Command):
    """Say that a deadline has come. Sent by the clock; nothing happens if it no longer matters."""

    kind: Name
    subject: Name
    at: Instant


class SettleEffect(Command):
    """Say what came of an effect. Sent by the messenger."""

    effect_id: UUID
    effect: Name
    outcome: EffectOutcome
    attempts: NonNegativeInt = 0
    reasons: tuple[Name, ...] = ()
