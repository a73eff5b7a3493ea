"""Which command a decision may have followed from: the log keeps its events, not its words.

What carepath itself sent is known for certain, because its id follows from what it says: a deadline
that was met, an effect that was settled, what one entity told another. What a person sent is read
back from the events: each command of the kind, with the members that the events have too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from audit.decisions import Decision
from audit.elsewhere import Elsewhere
from audit.reading_back import read_back
from domain.actor import CLOCK
from domain.commands.submission import meeting, settling
from domain.decider import ITSELF, Effect
from domain.deciders import DECIDERS, decider_of
from domain.events.effects import EffectSettled


@dataclass(frozen=True)
class Given:
    """A command by its name; `certain` if its id proves it, and otherwise read from the events."""

    name: str
    data: dict[str, Any]
    certain: bool


async def commands_of(
    decision: Decision, elsewhere: Elsewhere, likely: str | None = None
) -> Iterator[Given]:
    """The commands that the decision may have followed from, the likeliest first."""
    actor = decision.events[0].origin.actor
    if actor == CLOCK:
        return _of_clock(decision)
    if isinstance(decision.events[0].event, EffectSettled):
        return _of_messenger(decision)
    if actor.role == "service" and actor.subject.partition("-")[0] in DECIDERS:
        effect = await elsewhere.told(actor.subject, decision.command_id)
        return iter([_told(actor.subject, effect)] if effect else [])
    return (Given(name, data, certain=False) for name, data in read_back(decision, likely))


def _of_clock(decision: Decision) -> Iterator[Given]:
    decider = decider_of(decision.entity_id)
    for deadline in decider.deadlines(decision.before.state):
        sent = meeting(decision.entity_id, deadline)
        if sent.command_id == decision.command_id:
            yield Given(sent.command, sent.data, certain=True)


def _of_messenger(decision: Decision) -> Iterator[Given]:
    settled = decision.events[0].event
    if not isinstance(settled, EffectSettled):
        return
    for pending in decision.before.pending.values():
        if pending.id == settled.effect_id:
            sent = settling(pending, settled.outcome, settled.attempts, settled.reasons)
            certain = sent.command_id == decision.command_id
            yield Given(sent.command, sent.data, certain=certain)


def _told(sender: str, effect: Effect) -> Given:
    data = {name: sender if one == ITSELF else one for name, one in effect.data.items()}
    return Given(effect.template, data, certain=True)
