"""The rows of clinicians and of on-call lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from domain.clinician.state import Clinician
from domain.on_call.state import OnCall
from projections.folded.entity import Folding


@dataclass(frozen=True, slots=True)
class ClinicianRow:
    """Somebody who works or worked here. `caseload` counts their patients, `since` is the status'.

    `roles` are what they do now: `therapist`, `facilitator`, `on_call`.
    """

    clinician_id: str
    name: str
    status: str
    since: datetime | None
    programme: str | None
    npi: str | None
    roles: tuple[str, ...]
    caseload: int
    capacity: int | None
    patients: tuple[str, ...]
    groups: tuple[str, ...]
    on_call: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QualificationRow:
    """The days, both included, in which a credential or licence holds or held.

    `of` is the credential's kind or the licence's state. A revoked one ended before its time.
    """

    clinician_id: str
    period: int
    what: str
    of: str
    number: str
    since: date
    until: date
    revoked: bool


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place on an on-call list, from 1; the supervisor comes last."""

    on_call_id: str
    place: int
    clinician_id: str
    supervisor: bool


@dataclass(frozen=True, slots=True)
class StandInRow:
    """From `since` on and before `until`, `instead` is called for who is `absent`."""

    on_call_id: str
    stand_in: int
    absent: str
    instead: str
    since: datetime
    until: datetime


def rows_of_clinician(
    clinician_id: str, folding: Folding[Clinician]
) -> Iterator[ClinicianRow | QualificationRow]:
    """Somebody who was registered, and every period of what they were qualified for."""
    clinician = folding.state
    if clinician.name is None:
        return
    yield ClinicianRow(
        clinician_id,
        name=clinician.name,
        status=clinician.status,
        since=clinician.since,
        programme=clinician.programme,
        npi=clinician.npi,
        roles=tuple(_roles(clinician)),
        caseload=len(clinician.patients),
        capacity=clinician.capacity,
        patients=clinician.patients,
        groups=clinician.groups,
        on_call=clinician.on_call,
    )
    for one in clinician.periods:
        yield QualificationRow(
            clinician_id,
            period=one.period,
            what=one.what,
            of=one.of,
            number=one.number,
            since=one.since,
            until=one.until,
            revoked=one.revoked,
        )


def rows_of_list(on_call_id: str, folding: Folding[OnCall]) -> Iterator[PlaceRow | StandInRow]:
    """Who is called, in order, and who stands in."""
    on_call = folding.state
    for place, clinician_id in enumerate(on_call.answering, 1):
        supervisor = place > len(on_call.clinicians)
        yield PlaceRow(on_call_id, place, clinician_id, supervisor=supervisor)
    for one in on_call.stand_ins:
        yield StandInRow(
            on_call_id,
            stand_in=one.stand_in,
            absent=one.absent,
            instead=one.instead,
            since=one.since,
            until=one.until,
        )


def _roles(clinician: Clinician) -> Iterator[str]:
    if clinician.patients:
        yield "therapist"
    if clinician.groups:
        yield "facilitator"
    if clinician.on_call:
        yield "on_call"
