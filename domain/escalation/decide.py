"""What follows from each command to an escalation, or every reason why it is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain import timing
from domain.commands import escalation as commands
from domain.commands.base import Dated, MeetDeadline, SettleEffect
from domain.commands.escalation import EscalationCommand
from domain.decider import Context, require
from domain.escalation import guards
from domain.escalation.answering import (
    change_level,
    formulate,
    record_contact_attempt,
    record_disposition,
    record_visit,
    resolve,
    review_safety_plan,
)
from domain.escalation.calls import called_next
from domain.escalation.deadlines import meet_deadline
from domain.escalation.reactions import call_effect
from domain.escalation.signals import add_signal, open_escalation
from domain.escalation.state import Escalation
from domain.escalation.taking_on import acknowledge, hand_to
from domain.events.escalation import EffectSettled, Erased, EscalationEvent

Handler = Callable[[Escalation, Any, Context], list[EscalationEvent]]

_AT_ANY_TIME = (commands.Open, commands.AddSignal, commands.Erase, MeetDeadline, SettleEffect)
"""Commands that say for themselves what a missing or a resolved escalation means to them."""


def decide(
    escalation: Escalation, command: EscalationCommand, context: Context
) -> list[EscalationEvent]:
    """The events that follow from `command`; raises `Rejected` with every guard that failed."""
    if not isinstance(command, _AT_ANY_TIME):
        require(guards.opened(escalation), guards.still_open(escalation))
    if isinstance(command, Dated) and command.at:
        require(timing.not_in_future(command.at, context))
        context = replace(context, now=command.at)
    return _HANDLERS[type(command)](escalation, command, context)


def call_failed(escalation: Escalation, command: SettleEffect) -> bool:
    """The latest call reached nobody, and there may be somebody else to call at once."""
    return (
        command.outcome != "done"
        and command.effect == call_effect(escalation.calls)
        and escalation.next_call_at is not None
        and escalation.step in ("responsible", "on_call")
    )


def _settle_effect(
    escalation: Escalation, command: SettleEffect, context: Context
) -> list[EscalationEvent]:
    """What came of an effect is a fact. Nobody waits for an answer to a call that failed."""
    settled = EffectSettled(
        at=context.now,
        effect_id=command.effect_id,
        effect=command.effect,
        outcome=command.outcome,
        attempts=command.attempts,
        reasons=command.reasons,
    )
    if call_failed(escalation, command):
        return [settled, called_next(escalation, context)]
    return [settled]


def _erase(
    escalation: Escalation, _command: commands.Erase, context: Context
) -> list[EscalationEvent]:
    """The record goes with the pathway's. Again after it did: only if the key could not."""
    if escalation.status == "absent":
        return []
    if escalation.status != "erased":
        require(guards.told_by_entity(context, escalation.pathway_id))
    elif escalation.erasure in (None, "done"):
        return []
    return [Erased(at=context.now)]


_HANDLERS: dict[type[EscalationCommand], Handler] = {
    commands.Open: open_escalation,
    commands.AddSignal: add_signal,
    commands.Acknowledge: acknowledge,
    commands.HandTo: hand_to,
    commands.RecordContactAttempt: record_contact_attempt,
    commands.RecordVisit: record_visit,
    commands.Formulate: formulate,
    commands.ChangeLevel: change_level,
    commands.RecordDisposition: record_disposition,
    commands.ReviewSafetyPlan: review_safety_plan,
    commands.Resolve: resolve,
    commands.Erase: _erase,
    MeetDeadline: meet_deadline,
    SettleEffect: _settle_effect,
}
