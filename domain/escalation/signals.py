"""What flags a risk: the first opens the escalation, each further one asks for an answer too."""

from domain.commands.escalation import AddSignal, Open
from domain.decider import Context, known, require
from domain.escalation import guards
from domain.escalation.calls import called_next
from domain.escalation.evolve import evolve
from domain.escalation.limits import limits_of, tightened
from domain.escalation.state import Escalation, Signal
from domain.events.escalation import EscalationEvent, Opened, SignalAdded
from domain.risk import Level, at_least


def open_escalation(
    escalation: Escalation, command: Open, context: Context
) -> list[EscalationEvent]:
    """It is open, and the first on call is called. Told twice, it is opened once."""
    if escalation.status != "absent":
        return []
    require(guards.told_by_entity(context, command.pathway_id))
    signal = _signal(command, context)
    opened = Opened(
        at=context.now,
        pathway_id=command.pathway_id,
        programme=command.programme,
        source=command.source,
        level=command.level,
        occurred_at=command.at,
        limits=limits_of(signal, context.definition.policies.safety, command.next_session_at),
    )
    return [opened, called_next(evolve(escalation, opened), context)]


def add_signal(
    escalation: Escalation, command: AddSignal, context: Context
) -> list[EscalationEvent]:
    """Each flag is acknowledged and answered; a higher one is called out at once."""
    require(guards.opened(escalation), guards.still_open(escalation))
    require(guards.told_by_entity(context, escalation.pathway_id))
    present: Level = known(escalation.level)
    rises = not at_least(present, command.level)
    anew = rises or escalation.acknowledged_by is not None
    policies = context.definition.policies.safety
    asked = limits_of(_signal(command, context), policies, command.next_session_at)
    added = SignalAdded(
        at=context.now,
        source=command.source,
        level=command.level,
        occurred_at=command.at,
        limits=tightened(escalation, asked),
        anew=anew,
    )
    return [added, called_next(evolve(escalation, added), context)] if anew else [added]


def _signal(command: Open | AddSignal, context: Context) -> Signal:
    return Signal(
        source=command.source,
        level=command.level,
        occurred_at=command.at,
        known_at=context.now,
    )
