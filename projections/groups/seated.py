"""A pathway, as the groups see it: who it is, and until when treatment is planned to last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.events.agreements import DurationChanged
from domain.events.base import Event
from domain.events.corrections import PatientCorrected, TreatmentStartTakenBack
from domain.events.pathway import Referred, TreatmentStarted
from domain.events.version import VersionMoved
from domain.value import Value
from projections.folded.entity import Entity, Folding
from projections.patients.patient import Named
from projections.patients.patient import evolve as evolve_named


class Seated(Value):
    """`leaves_at` is absent before treatment."""

    named: Named = Named()
    leaves_at: datetime | None = None

    @property
    def status(self) -> Literal["absent", "known", "erased"]:
        return self.named.status


@dataclass(frozen=True, slots=True)
class SeatedPatient:
    """A row of `seated`."""

    pathway_id: str
    patient_name: str
    leaves_at: datetime | None


def evolve(seated: Seated, event: Event) -> Seated:
    """What an event says of who it is and how long they stay."""
    match event:
        case TreatmentStarted() | DurationChanged() | VersionMoved() if event.timetable:
            return seated.model_copy(update={"leaves_at": event.timetable.ends_at})
        case TreatmentStartTakenBack():
            return seated.model_copy(update={"leaves_at": None})
        case _:
            return seated.model_copy(update={"named": evolve_named(seated.named, event)})


def rows(pathway_id: str, folding: Folding[Seated]) -> tuple[SeatedPatient, ...]:
    """The row of one pathway."""
    state = folding.state
    return (SeatedPatient(pathway_id, state.named.name, state.leaves_at),)


PATIENTS_SEATED = Entity(
    kind="pathway",
    state=Seated(),
    evolve=evolve,
    rows=rows,
    heeds=(
        Referred,
        PatientCorrected,
        TreatmentStarted,
        TreatmentStartTakenBack,
        DurationChanged,
        VersionMoved,
    ),
)
