"""What can happen to a safety escalation.

Instants that the clock must come back to stand in the events, as they were when it was decided.
No event says what a clinician noted: `note` points to it.
"""

from typing import Literal

from pydantic import AwareDatetime

from domain.events import effects
from domain.events.base import Event
from domain.risk import Disposition, FormulatedLevel, Level, Source
from domain.value import Value

Step = Literal["responsible", "on_call", "supervisor", "reminder"]
"""Why somebody is called: it is theirs, they are on call, nobody below answered, nobody did."""

Limited = Literal["contact", "visit", "backstop"]
"""What has to be done by a certain time; the backstop is for resolving."""

ContactMeans = Literal["phone", "video", "message", "in_person", "through_family"]

VisitKind = Literal["in_person", "virtual"]

RiskStatus = Literal["lower", "similar", "higher"]
"""The patient's risk compared with others in the programme."""


class Limits(Value):
    """By when something has to be done; what is not asked for, or done, is absent."""

    contact: AwareDatetime | None = None
    visit: AwareDatetime | None = None
    backstop: AwareDatetime


class Opened(Event):
    """`occurred_at` is when that happened which flagged the risk; `at`, when it became known."""

    pathway_id: str
    programme: str
    source: Source
    level: Level
    occurred_at: AwareDatetime
    limits: Limits


class SignalAdded(Event):
    """A further flag. If `anew`, whoever acknowledged the escalation has to do so again."""

    source: Source
    level: Level
    occurred_at: AwareDatetime
    limits: Limits
    anew: bool


class Called(Event):
    """Somebody was called to acknowledge, or nobody is there to call. `call` counts from 1."""

    call: int
    clinician_id: str | None
    step: Step
    next_call_at: AwareDatetime


class Acknowledged(Event):
    """A clinician took the escalation on, `instead_of` the one who answered for it before."""

    by: str
    instead_of: str | None = None


class HandedOver(Event):
    """Another clinician is to take it on, and is called next."""

    clinician_id: str
    instead_of: str | None = None


class ContactAttempted(Event):
    """Somebody tried to reach the patient."""

    how: ContactMeans
    reached: bool


class VisitRecorded(Event):
    """A clinician saw the patient."""

    how: VisitKind


class RiskFormulated(Event):
    """A clinician's judgment: level, status, and which changes ahead could alter it."""

    level: FormulatedLevel
    status: RiskStatus
    foreseeable_changes: tuple[str, ...]
    note: str


class LevelChanged(Event):
    """A clinician found the risk higher or lower. Lowering it moves no limit that runs."""

    level: Level
    reason: str
    limits: Limits


class DispositionRecorded(Event):
    """What was arranged for the patient."""

    disposition: Disposition


class SafetyPlanReviewed(Event):
    """The revision that was in force was gone through. 0: there is none, and care has ended."""

    revision: int


class FellOverdue(Event):
    """What was due at `due_at` is not done. The supervisor is told, and again at `again_at`."""

    what: Limited
    due_at: AwareDatetime
    again_at: AwareDatetime
    supervisor_id: str | None


class Resolved(Event):
    """A person resolved the escalation. `level` is the risk that remains."""

    disposition: Disposition
    level: FormulatedLevel


class Erased(Event):
    """The patient's record is given up: the key is destroyed next, and the content with it."""


class EffectSettled(effects.EffectSettled):
    """What came of an effect of the escalation."""


EscalationEvent = (
    Opened
    | SignalAdded
    | Called
    | Acknowledged
    | HandedOver
    | ContactAttempted
    | VisitRecorded
    | RiskFormulated
    | LevelChanged
    | DispositionRecorded
    | SafetyPlanReviewed
    | FellOverdue
    | Resolved
    | Erased
    | EffectSettled
)
