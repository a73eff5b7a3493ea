"""What may be asked of a pathway where the patient's safety is concerned."""

from typing import Literal

from domain.commands.base import Command
from domain.identity import ClinicianId, EscalationId
from domain.risk import Disposition, FormulatedLevel, Level, OutsideEvent
from domain.value import Instant, Name


class RaiseConcern(Command):
    """Say that the patient is at risk: at once, or with `at`, when it was noticed.

    `about` points to what was noted elsewhere; the note itself stays there.
    """

    source: Literal["clinician", "facilitator"]
    level: Level
    about: Name | None = None
    at: Instant | None = None


class ReportEventOutside(Command):
    """Report an emergency visit or an inpatient stay; `occurred_at` is when it ended."""

    kind: OutsideEvent
    occurred_at: Instant


class EscalationResolved(Command):
    """Say that a person resolved an escalation. Told by the escalation."""

    escalation_id: EscalationId
    disposition: Disposition
    level: FormulatedLevel


class ClinicianNotTold(Command):
    """Say that a clinician did not take what their record should know. Told by the escalation.

    They have taken the escalation on, or do not answer for it any more.
    """

    escalation_id: EscalationId
    told: Literal["take_escalation", "leave_escalation"]
    clinician_id: ClinicianId


SafetyCommand = RaiseConcern | ReportEventOutside | EscalationResolved | ClinicianNotTold
