"""The rows of the waitlist: places in the line, seats, groups that meet, and who leads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.clinician.qualifications import qualifications
from domain.clinician.state import Clinician
from domain.group.state import Group
from domain.group.state import Session as GroupSession
from domain.waitlist.drawn import waiting_of
from projections.folded.entity import Folding
from projections.waitlist.seats import Ending, Seated

STRIPPED = {
    "substitutions": (),
    "clinicians": (),
    "admitted": (),
    "reminded": (),
    "not_admitted": (),
}
"""What a session says of people."""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place in the line; `place` is the `Waiting` as JSON."""

    pathway_id: str
    urgency: str
    since: datetime
    group_kind: str
    place: str


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat that a patient holds or held in a group, and when treatment is planned to end."""

    pathway_id: str
    number: int
    group_id: str
    joined_at: datetime
    left_at: datetime | None
    ending: Ending | None
    planned_end: datetime | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """An open group; `known` is its state as JSON, without its past and its members' sessions."""

    group_id: str
    programme: str
    kind: str
    capacity: int
    taken: int
    meetings: int | None
    facilitators: tuple[str, ...]
    known: str


@dataclass(frozen=True, slots=True)
class StaffRow:
    """What a clinician may do: the `Qualifications` as JSON."""

    clinician_id: str
    known: str


def rows_of_pathway(pathway_id: str, folding: Folding[Seated]) -> Iterator[PlaceRow | SeatRow]:
    """The place in the line, if there is one, and every seat."""
    pathway = folding.state.pathway
    waiting = waiting_of(pathway_id, pathway)
    if waiting:
        yield PlaceRow(
            pathway_id,
            urgency=waiting.urgency,
            since=waiting.since,
            group_kind=waiting.group_kind,
            place=waiting.model_dump_json(exclude_defaults=True),
        )
    for number, spell in enumerate(folding.state.spells, 1):
        yield SeatRow(
            pathway_id,
            number,
            group_id=spell.group_id,
            joined_at=spell.joined_at,
            left_at=spell.left_at,
            ending=spell.ending,
            planned_end=pathway.treatment_ends_at if spell.left_at is None else None,
        )


def rows_of_group(group_id: str, folding: Folding[Group]) -> Iterator[GroupRow]:
    """The group, while it is open."""
    group = folding.state
    if group.status == "open" and group.programme and group.kind:
        yield GroupRow(
            group_id,
            programme=group.programme,
            kind=group.kind,
            capacity=group.capacity,
            taken=group.taken,
            meetings=group.meetings,
            facilitators=group.facilitators,
            known=group_remembered(group).model_dump_json(exclude_defaults=True),
        )


def rows_of_clinician(clinician_id: str, folding: Folding[Clinician]) -> Iterator[StaffRow]:
    """The clinician, whether or not they lead a group now."""
    known = qualifications(folding.state)
    yield StaffRow(clinician_id, known.model_dump_json(exclude_defaults=True))


def group_remembered(group: Group) -> Group:
    """The same for matching: sessions without people, and of a slow-open group's past one alone."""
    return group.model_copy(
        update={"sessions": tuple(_stripped(one) for one in _counting(group)), "tasks": ()}
    )


def clinician_remembered(clinician: Clinician) -> Clinician:
    """The same without whom they look after."""
    return clinician.model_copy(update={"patients": (), "groups": (), "on_call": ()})


def _counting(group: Group) -> list[GroupSession]:
    """A cohort's sessions are counted; of others it matters whether there ever was one."""
    if group.joins_before is not None:
        return list(group.sessions)
    latest = [one for one in group.sessions if one.stage == "held"][-1:]
    to_come = ("planned", "open")
    return [one for one in group.sessions if one.stage in to_come or one in latest]


def _stripped(session: GroupSession) -> GroupSession:
    return session.model_copy(update=STRIPPED)
