"""Which other entities a decision on a pathway relies on."""

from domain.commands.care import AssignTherapist
from domain.commands.corrections import CorrectSession
from domain.commands.pathway import PathwayCommand, RecordSession
from domain.commands.seats import OfferSeat, TransferToGroup
from domain.decider import Reference


def others_asked(command: PathwayCommand) -> list[Reference]:
    """The group whose seat is offered, the clinician who is to treat or has treated."""
    match command:
        case OfferSeat() | TransferToGroup():
            return [Reference(kind="group", name=command.group_id)]
        case AssignTherapist():
            return [Reference(kind="clinician", name=command.clinician_id)]
        case RecordSession() | CorrectSession() if command.clinician:
            return [Reference(kind="clinician", name=command.clinician)]
        case _:
            return []
