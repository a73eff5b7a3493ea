"""What came of an effect: a fact of whichever entity asked for it."""

from typing import Literal
from uuid import UUID

from domain.events.base import Event

EffectOutcome = Literal["done", "refused", "failed", "lapsed", "suppressed"]
"""`refused`: another entity said no; `suppressed`: the patient's wish stood against it."""


class EffectSettled(Event):
    """`reasons` are the codes with which another entity refused; `attempts` counts from 1."""

    effect_id: UUID
    effect: str
    outcome: EffectOutcome
    attempts: int = 0
    reasons: tuple[str, ...] = ()
