"""An escalation with what a board shows beside its state: by when, and when, it was taken on."""

from pydantic import AwareDatetime

from domain.escalation.evolve import evolve as evolve_escalation
from domain.escalation.state import Escalation
from domain.events import escalation as facts
from domain.events.base import Event
from domain.events.escalation import Limited
from domain.value import Value


class Watched(Value):
    """`acknowledge_by` is when the first call ran out that nobody had answered before.

    It stands until the escalation has to be acknowledged anew, as does `acknowledged_at`.
    """

    escalation: Escalation = Escalation()
    acknowledge_by: AwareDatetime | None = None
    acknowledged_at: AwareDatetime | None = None

    @property
    def status(self) -> str:
        return self.escalation.status

    @property
    def acknowledged(self) -> bool:
        return self.escalation.acknowledged_by is not None

    def by(self, what: Limited) -> AwareDatetime | None:
        """By when something has to be done; of what is overdue, since when it is."""
        since = [one.since for one in self.escalation.overdue if one.what == what]
        limits = {
            "contact": self.escalation.contact_at,
            "visit": self.escalation.visit_at,
            "backstop": self.escalation.backstop_at,
        }
        return since[0] if since else limits[what]


def evolve(watched: Watched, event: Event) -> Watched:
    """What is watched after an event of the escalation."""
    state = evolve_escalation(watched.escalation, event)  # type: ignore[arg-type] # its own kind
    if state.status == "erased":
        return Watched(escalation=state)
    match event:
        case facts.Called(next_call_at=next_call_at):
            return Watched(escalation=state, acknowledge_by=watched.acknowledge_by or next_call_at)
        case facts.Acknowledged(at=at):
            return watched.model_copy(update={"escalation": state, "acknowledged_at": at})
        case facts.HandedOver() | facts.SignalAdded(anew=True):
            return Watched(escalation=state)
        case _:
            return watched.model_copy(update={"escalation": state})
