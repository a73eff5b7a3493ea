"""A safety escalation: open until a person resolves it."""

from domain.commands import escalation as commands
from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.escalation import EscalationCommand
from domain.decider import PROGRAMME_DEFINITION, Decider, Reference
from domain.escalation.calls import on_call_list
from domain.escalation.course import Course, course
from domain.escalation.deadlines import deadlines
from domain.escalation.decide import call_failed, decide
from domain.escalation.evolve import evolve
from domain.escalation.permitted import permitted
from domain.escalation.reactions import reactions
from domain.escalation.state import Escalation
from domain.events.escalation import EscalationEvent


def _needs(escalation: Escalation, command: EscalationCommand) -> list[Reference]:
    """Whoever may have to be called; the clinician named; the pathway whose plan is reviewed."""
    match command:
        case commands.Open():
            programme = Reference(kind=PROGRAMME_DEFINITION, name=command.programme)
            return [programme, *on_call_list(command.programme)]
        case commands.Acknowledge():
            return [Reference(kind="clinician", name=command.by)]
        case commands.HandTo():
            named = Reference(kind="clinician", name=command.clinician_id)
            return [named, *on_call_list(escalation.programme)]
        case commands.ReviewSafetyPlan() if escalation.pathway_id:
            return [Reference(kind="pathway", name=escalation.pathway_id)]
        case _ if _may_call(escalation, command):
            return on_call_list(escalation.programme)
        case _:
            return []


def _may_call(escalation: Escalation, command: EscalationCommand) -> bool:
    if isinstance(command, SettleEffect):
        return call_failed(escalation, command)
    return isinstance(
        command, (commands.AddSignal, commands.Formulate, commands.ChangeLevel, MeetDeadline)
    )


ESCALATION: Decider[Escalation, EscalationCommand, EscalationEvent] = Decider(
    kind="escalation",
    initial=Escalation,
    decide=decide,
    evolve=evolve,
    deadlines=deadlines,
    reactions=reactions,
    needs=_needs,
    permitted=permitted,
    is_closed=lambda escalation: escalation.status in ("resolved", "erased"),
    facts=course,
)

__all__ = ["ESCALATION", "Course", "Escalation"]
