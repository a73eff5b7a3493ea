"""What came of a message to a member's pathway or to a facilitator."""

from domain.commands.base import SettleEffect
from domain.decider import Context
from domain.events.group import EffectSettled, GroupEvent, TaskKind
from domain.group import tasks
from domain.group.reminding import REMIND
from domain.group.state import STAYS_OPEN, Group
from domain.undone import left_to_a_person

_ASKS: dict[str, TaskKind] = {
    "lead": "confirm_facilitator",
    "reserve_time": "confirm_facilitator",
    "record_group_session": "pass_on_attendance",
    "raise_concern": "pass_on_concern",
    REMIND: "reach_member",
}
"""What a person has to see to when a message was not taken, by the command that it carried."""

_OVER = {"pathway_closed", "pathway_erased", "unknown_pathway"}
"""Reasons of somebody whose calendar nobody keeps any more."""


def settle_effect(group: Group, command: SettleEffect, context: Context) -> list[GroupEvent]:
    """It is a fact, whatever became of the group; what must not be lost becomes a task."""
    settled = EffectSettled(
        at=context.now,
        effect_id=command.effect_id,
        effect=command.effect,
        outcome=command.outcome,
        attempts=command.attempts,
        reasons=command.reasons,
    )
    return [settled, *_answer(group, command, context)]


def _answer(group: Group, command: SettleEffect, context: Context) -> list[GroupEvent]:
    told, about = command.effect.partition(" ")[0], command.effect.rpartition(" ")[2]
    kind = _ASKS.get(told, "pass_on_message")
    if not left_to_a_person(command) or _needless(kind, command):
        return []
    if group.status != "open" and kind not in STAYS_OPEN:
        return []
    if kind == "pass_on_message":
        about = command.effect
    if kind == "reach_member":
        about = command.effect.rpartition(" ")[2]
        if not group.has_member(about):
            return []
    return [*tasks.opened(group, kind, context.now, context, about)]


def _needless(kind: TaskKind, command: SettleEffect) -> bool:
    """Whoever has left has no appointments to keep."""
    return kind == "pass_on_message" and bool(_OVER & set(command.reasons))
