"""What is known of a safety escalation: folded from its events, and nothing else."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from domain.events.effects import EffectOutcome
from domain.events.escalation import Limited, Step
from domain.risk import Disposition, FormulatedLevel, Level, Source
from domain.value import Value

Status = Literal["absent", "open", "resolved", "erased"]


class Signal(Value):
    """A flag. `occurred_at` is when it happened, `known_at` when the escalation came to know."""

    source: Source
    level: Level
    occurred_at: AwareDatetime
    known_at: AwareDatetime


class Overdue(Value):
    """Something that was not done in time, and since when it is due."""

    what: Limited
    since: AwareDatetime


class Escalation(Value):
    """One safety escalation.

    `called` are the clinicians called since it last had to be acknowledged, and `step` is why the
    latest of them was. `next_call_at`, `contact_at`, `visit_at` and `backstop_at` are the instants
    that the clock waits for; each is absent once met, but for the backstop, which stands until a
    person resolves the escalation. `formulated`, `disposition` and `plan_reviewed` are what was
    found since the latest signal.
    """

    status: Status = "absent"
    pathway_id: str | None = None
    programme: str | None = None
    level: Level | None = None
    signals: tuple[Signal, ...] = ()
    calls: int = 0
    called: tuple[str, ...] = ()
    step: Step | None = None
    next_call_at: AwareDatetime | None = None
    acknowledged_by: str | None = None
    responsible: str | None = None
    contact_at: AwareDatetime | None = None
    visit_at: AwareDatetime | None = None
    backstop_at: AwareDatetime | None = None
    overdue: tuple[Overdue, ...] = ()
    attempts: int = 0
    contacted_at: AwareDatetime | None = None
    visited_at: AwareDatetime | None = None
    formulated: FormulatedLevel | None = None
    disposition: Disposition | None = None
    plan_reviewed: int | None = None
    resolved_at: AwareDatetime | None = None
    erased_at: AwareDatetime | None = None
    erasure: EffectOutcome | None = None

    @property
    def first_signal_at(self) -> datetime | None:
        """When the earliest of what flagged the risk happened."""
        return min((one.occurred_at for one in self.signals), default=None)

    @property
    def latest_signal_at(self) -> datetime | None:
        """When the latest of what flagged the risk happened."""
        return max((one.occurred_at for one in self.signals), default=None)
