"""Who is on call for safety escalations, and in which order."""

from domain.commands.on_call import AddClinician, OnCallCommand, SetChain, StandIn
from domain.decider import Decider, Reference
from domain.events.on_call import OnCallEvent
from domain.on_call.chain import Chain
from domain.on_call.deadlines import deadlines
from domain.on_call.decide import decide
from domain.on_call.evolve import evolve
from domain.on_call.permitted import permitted
from domain.on_call.reactions import reactions
from domain.on_call.state import OnCall, chain


def _needs(_on_call: OnCall, command: OnCallCommand) -> list[Reference]:
    """Whether those who are to be called are in service."""
    match command:
        case SetChain():
            named: tuple[str, ...] = (*command.clinicians, command.supervisor)
        case AddClinician():
            named = (command.clinician,)
        case StandIn():
            named = (command.instead,)
        case _:
            named = ()
    return [Reference(kind="clinician", name=one) for one in named]


ON_CALL: Decider[OnCall, OnCallCommand, OnCallEvent] = Decider(
    kind="oncall",
    initial=OnCall,
    decide=decide,
    evolve=evolve,
    deadlines=deadlines,
    reactions=reactions,
    needs=_needs,
    permitted=permitted,
    is_closed=lambda _on_call: False,
    facts=chain,
)

__all__ = ["ON_CALL", "Chain", "OnCall"]
