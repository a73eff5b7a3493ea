"""Which other entities a decision on a pathway relies on."""

from domain.commands.care import (
    AssignTherapist,
    PlanDischarge,
    RecordMove,
    RecordProgressReview,
    TransferLevel,
)
from domain.commands.corrections import CorrectSession
from domain.commands.pathway import (
    BookSession,
    ChangeDuration,
    ChooseDuration,
    DecideSuitability,
    MoveToVersion,
    PathwayCommand,
    RecordSession,
)
from domain.commands.seats import OfferSeat, ReviewPriority, TransferToGroup
from domain.decider import Reference
from domain.pathway.state import Pathway


def others_asked(pathway: Pathway, command: PathwayCommand) -> list[Reference]:
    """The group whose seat is offered; the clinician who treats, or whose decision it is."""
    match command:
        case OfferSeat() | TransferToGroup():
            return [Reference(kind="group", name=command.group_id)]
        case AssignTherapist():
            return [Reference(kind="clinician", name=command.clinician_id)]
        case (
            DecideSuitability()
            | ChooseDuration()
            | ChangeDuration()
            | TransferLevel()
            | RecordProgressReview()
            | PlanDischarge()
            | ReviewPriority()
            | MoveToVersion()
        ):
            return [Reference(kind="clinician", name=command.decided_by)]
        case BookSession() | RecordMove() if pathway.therapist:
            return [Reference(kind="clinician", name=pathway.therapist)]
        case RecordSession() | CorrectSession() if command.clinician:
            return [Reference(kind="clinician", name=command.clinician)]
        case _:
            return []
