"""A patient's pathway: their way through a programme, from referral to the end of follow-up."""

from domain.commands.pathway import MoveToVersion, PathwayCommand, Refer
from domain.decider import PROGRAMME_DEFINITION, Decider, Reference
from domain.events.pathway import PathwayEvent
from domain.pathway.deadlines import deadlines
from domain.pathway.decide import decide
from domain.pathway.evolve import evolve
from domain.pathway.permitted import permitted
from domain.pathway.reactions import reactions
from domain.pathway.references import others_asked
from domain.pathway.standing import Standing, standing
from domain.pathway.state import Pathway


def _needs(pathway: Pathway, command: PathwayCommand) -> list[Reference]:
    """A referral, or a move, needs the version that it names; else the pathway stays on its own."""
    asked = others_asked(pathway, command)
    if isinstance(command, Refer | MoveToVersion):
        return [Reference(kind=PROGRAMME_DEFINITION, name=command.programme), *asked]
    return asked


PATHWAY: Decider[Pathway, PathwayCommand, PathwayEvent] = Decider(
    kind="pathway",
    initial=Pathway,
    decide=decide,
    evolve=evolve,
    deadlines=deadlines,
    reactions=reactions,
    needs=_needs,
    permitted=permitted,
    is_closed=lambda pathway: pathway.status in ("closed", "erased"),
    facts=standing,
)

__all__ = ["PATHWAY", "Pathway", "Standing"]
