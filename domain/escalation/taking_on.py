"""Who takes an escalation on: acknowledging it, and handing it over."""

from domain.commands.escalation import Acknowledge, HandTo
from domain.decider import Context, Reason, require
from domain.escalation import guards
from domain.escalation.calls import called_next
from domain.escalation.evolve import evolve
from domain.escalation.state import Escalation
from domain.events.escalation import Acknowledged, EscalationEvent, HandedOver


def acknowledge_guards(escalation: Escalation, context: Context) -> list[Reason | None]:
    return [guards.may_record(context), guards.not_acknowledged(escalation)]


def acknowledge(
    escalation: Escalation, command: Acknowledge, context: Context
) -> list[EscalationEvent]:
    """A clinician takes it on, called or not: the calls end."""
    require(
        *acknowledge_guards(escalation, context),
        guards.clinician_active(command.by, context),
    )
    return [Acknowledged(at=context.now, by=command.by, instead_of=_other(escalation, command.by))]


def hand_to(escalation: Escalation, command: HandTo, context: Context) -> list[EscalationEvent]:
    """Another clinician is called; if they do not acknowledge it, the list is, from its top."""
    require(
        guards.may_record(context),
        guards.not_theirs(escalation, command.clinician_id),
        guards.clinician_active(command.clinician_id, context),
    )
    handed = HandedOver(
        at=context.now,
        clinician_id=command.clinician_id,
        instead_of=_other(escalation, command.clinician_id),
    )
    return [handed, called_next(evolve(escalation, handed), context)]


def _other(escalation: Escalation, clinician_id: str) -> str | None:
    """Who has answered for it so far, if that was somebody else."""
    before = escalation.responsible
    return None if before == clinician_id else before
