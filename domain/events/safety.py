"""What can happen on a pathway where the patient's safety is concerned.

The escalation that answers a flag is an entity of its own, with its own events.
"""

from pydantic import AwareDatetime

from domain.events.base import Event
from domain.risk import Disposition, FormulatedLevel, Level, Source


class RiskRaised(Event):
    """A flag that opens an escalation. `flag` counts from 1 within the pathway.

    `about` points to what was noted elsewhere. `next_session_at` is the next booked session then.
    """

    flag: int
    escalation_id: str
    source: Source
    level: Level
    about: str | None = None
    next_session_at: AwareDatetime | None = None


class RiskSignalled(Event):
    """A further flag while an escalation is open: that one answers it too."""

    flag: int
    escalation_id: str
    source: Source
    level: Level
    about: str | None = None
    next_session_at: AwareDatetime | None = None


class EscalationResolved(Event):
    """A person resolved the escalation. `level` is the risk that remains, as they found it."""

    escalation_id: str
    disposition: Disposition
    level: FormulatedLevel


class ErasurePassedOn(Event):
    """Another entity that holds something of the patient's has to give it up too."""

    entity_id: str
