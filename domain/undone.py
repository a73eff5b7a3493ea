"""What was not done although somebody should have done it, and so is left to a person."""

from domain.commands.base import SettleEffect
from domain.decider import Effect
from domain.events.effects import EffectSettled

_NAME = "notify_desk"


def left_to_a_person(settled: SettleEffect | EffectSettled) -> bool:
    """Whether an effect failed for good, was refused, or came too late.

    What lapsed for a reason, a death or an erasure, and what the patient did not want, is no
    failure.
    """
    if settled.outcome == "lapsed":
        return not settled.reasons
    return settled.outcome in ("failed", "refused")


def told_to(desk: str, event: EffectSettled) -> list[Effect]:
    """Whoever is there is told that something is left to do, where it is nobody's task yet."""
    if event.effect == _NAME or not left_to_a_person(event):
        return []
    return [Effect(name=_NAME, port="notify", template="notice", recipient=desk)]
