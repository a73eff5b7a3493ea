"""What may be asked of a safety escalation."""

from typing import Annotated

from pydantic import Field, NonNegativeInt

from domain.commands.base import Command, Dated, MeetDeadline, SettleEffect
from domain.events.escalation import ContactMeans, RiskStatus, VisitKind
from domain.identity import ClinicianId, PathwayId
from domain.programmes.label import ProgrammeRef
from domain.risk import Disposition, FormulatedLevel, Level, Source
from domain.value import Instant, Name, Text

"""A published programme version: `mbt-g@1`."""


class Open(Command):
    """Open an escalation for a flag of a pathway's. Told by the pathway."""

    pathway_id: PathwayId
    programme: ProgrammeRef
    source: Source
    level: Level
    at: Instant
    next_session_at: Instant | None = None


class AddSignal(Command):
    """Add a further flag to an escalation that is open. Told by the pathway."""

    source: Source
    level: Level
    at: Instant
    next_session_at: Instant | None = None


class Acknowledge(Command):
    """Take the escalation on, in a clinician's name: the calls end."""

    by: ClinicianId


class HandTo(Command):
    """Hand the escalation to another clinician, who is called to acknowledge it."""

    clinician_id: ClinicianId


class RecordContactAttempt(Dated):
    """Record that somebody tried to reach the patient, and whether they did."""

    how: ContactMeans
    reached: bool


class RecordVisit(Dated):
    """Record that a clinician saw the patient."""

    how: VisitKind


class Formulate(Dated):
    """Record a clinician's formulation of the risk; `note` points to the clinical note."""

    level: FormulatedLevel
    status: RiskStatus
    foreseeable_changes: Annotated[tuple[Text, ...], Field(min_length=1, max_length=20)]
    note: Name


class ChangeLevel(Command):
    """Change how high the risk is, with the reason."""

    level: Level
    reason: Text


class RecordDisposition(Dated):
    """Record what was arranged for the patient."""

    disposition: Disposition


class ReviewSafetyPlan(Dated):
    """Record that the safety plan was reviewed, in the revision that is in force."""

    revision: NonNegativeInt


class Resolve(Command):
    """Resolve the escalation: risk formulated, disposition recorded, safety plan reviewed."""


class Erase(Command):
    """Give the record up with that of the pathway. Told by the pathway."""


EscalationCommand = (
    Open
    | AddSignal
    | Acknowledge
    | HandTo
    | RecordContactAttempt
    | RecordVisit
    | Formulate
    | ChangeLevel
    | RecordDisposition
    | ReviewSafetyPlan
    | Resolve
    | Erase
    | MeetDeadline
    | SettleEffect
)
