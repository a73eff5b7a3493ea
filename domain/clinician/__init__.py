"""A clinician: credentials, licences and caseload."""

from domain.clinician.deadlines import deadlines
from domain.clinician.decide import decide
from domain.clinician.evolve import evolve
from domain.clinician.permitted import permitted
from domain.clinician.qualifications import Qualifications, qualifications
from domain.clinician.reactions import reactions
from domain.clinician.state import Clinician
from domain.commands.clinician import ClinicianCommand, Register
from domain.decider import PROGRAMME_DEFINITION, Decider, Reference
from domain.events.clinician import ClinicianEvent


def _needs(_clinician: Clinician, command: ClinicianCommand) -> list[Reference]:
    """A registration needs the programme that it names; afterwards the clinician stays on it."""
    if isinstance(command, Register):
        return [Reference(kind=PROGRAMME_DEFINITION, name=command.programme)]
    return []


CLINICIAN: Decider[Clinician, ClinicianCommand, ClinicianEvent] = Decider(
    kind="clinician",
    initial=Clinician,
    decide=decide,
    evolve=evolve,
    deadlines=deadlines,
    reactions=reactions,
    needs=_needs,
    permitted=permitted,
    is_closed=lambda _clinician: False,
    facts=qualifications,
)

__all__ = ["CLINICIAN", "Clinician", "Qualifications"]
