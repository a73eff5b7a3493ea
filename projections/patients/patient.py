"""A patient's name, as far as a view needs to know of a pathway that somebody is a patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from domain.events.base import Event
from domain.events.corrections import PatientCorrected
from domain.events.erased import ContentErased
from domain.events.pathway import Erased, Referred
from domain.patient import Patient
from domain.value import Value
from projections.folded.entity import Entity, Folding, Table


class Named(Value):
    """Who was referred."""

    status: Literal["absent", "known", "erased"] = "absent"
    name: str = ""


@dataclass(frozen=True, slots=True)
class NamedPatient:
    """A row of `patients`."""

    pathway_id: str
    patient_name: str


def display_name(patient: Patient) -> str:
    """Family name first, so that a list can be read down its edge."""
    given = " ".join(patient.given_names)
    return f"{patient.family_name}, {given}" if given else patient.family_name


def evolve(named: Named, event: Event) -> Named:
    """What an event says of who the patient is."""
    match event:
        case Referred(referral=referral):
            return Named(status="known", name=display_name(referral.patient))
        case PatientCorrected(patient=patient):
            return Named(status="known", name=display_name(patient))
        case Erased() | ContentErased():
            return Named(status="erased")
        case _:
            return named


def rows(pathway_id: str, folding: Folding[Named]) -> Sequence[NamedPatient]:
    """The row of one pathway."""
    return (NamedPatient(pathway_id, folding.state.name),)


PATIENTS = Table("patients", NamedPatient, key=("pathway_id",), folder=Path(__file__).parent)

NAMES = Entity(
    kind="pathway", state=Named(), evolve=evolve, rows=rows, heeds=(Referred, PatientCorrected)
)
"""Pathways, as a view sees them that only names their patients."""
