"""What of a pathway goes into a shared record: as it stood when it was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.clinician.state import Clinician
from domain.corrections import as_corrected
from domain.events import care, pathway
from domain.events.access import SharedRecord
from domain.events.envelope import RecordedEvent
from domain.pathway.state import Pathway
from domain.patient import PrimaryCareProvider, Referral
from domain.value import Value

EpisodeStatus = Literal["planned", "active", "onhold", "finished"]
"""Of http://hl7.org/fhir/R4/valueset-episode-of-care-status.html, what a pathway can be."""


class Clinic(Value):
    """Who discloses. `part_2`: the records of this clinic are subject to 42 CFR Part 2."""

    name: str = "The clinic"
    part_2: bool = False


@dataclass(frozen=True)
class Standing:
    """An episode's status from an instant on."""

    status: EpisodeStatus
    since: datetime


@dataclass(frozen=True)
class Record:
    """A record on its way, as it stood at `as_of`, in UTC."""

    pathway_id: str
    what: SharedRecord
    clinic: Clinic
    as_of: datetime
    pathway: Pathway
    referral: Referral
    pcp: PrimaryCareProvider
    therapist: Clinician | None
    standings: tuple[Standing, ...]


def standings(stream: Sequence[RecordedEvent]) -> tuple[Standing, ...]:
    """The episode's status and its history, from the events; never the same twice in a row."""
    found: list[Standing] = []
    for one in sorted(as_corrected(stream), key=lambda recorded: recorded.effective_at):
        status = _status(one)
        if status and (not found or found[-1].status != status):
            found.append(Standing(status, one.effective_at))
    return tuple(found)


def _status(recorded: RecordedEvent) -> EpisodeStatus | None:
    match recorded.event:
        case pathway.Referred():
            return "planned"
        case pathway.TreatmentStarted() | pathway.Resumed() | pathway.LevelReturned():
            return "active"
        case pathway.Paused() | care.LevelTransferred():
            return "onhold"
        case pathway.Discharged():
            return "finished"
        case _:
            return None
