"""Every invariant of the domain, judged over a whole log: as each decision was taken, and at rest.

What held at each decision is judged by the same code as in the random clinic
(`tests/domain/test_clinic_properties.py`). The others, listed in `AT_REST`, hold whenever nobody
waits for anybody, in words of the log's own folds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Protocol

from domain.deciders import decider_of
from domain.events import registry
from domain.events.envelope import NewEvent, RecordedEvent
from domain.fold import step
from domain.programmes.definition import Definition
from domain.simulation import Clinic
from tests.domain.clinic_looked_at import SEATS
from tests.domain.test_clinic_properties import ClinicLife

Found = Iterator[str]


class Known(Protocol):
    """A clinic whose entities are known."""

    def of_kind(self, kind: str) -> dict[str, Any]:
        """The states of the entities of a kind, by id."""


class Judged(ClinicLife):
    """The clinic of a log, growing by one command after the other."""

    def __init__(self, programme: Definition, first: RecordedEvent) -> None:
        super().__init__()
        self.clinic = Clinic({programme.label: programme}, first.effective_at, _no_more_ids)
        self.programme = programme

    def happens(self, decision: Sequence[RecordedEvent]) -> None:
        """Take what one command wrote, and judge it while all else is as it was."""
        for one in decision:
            self._grow(one)
            self.clinic.now = max(self.clinic.now, one.event.at)
        self.check_what_happened()

    def _grow(self, one: RecordedEvent) -> None:
        entity = self.clinic.entity(one.stream_id)
        decider = decider_of(one.stream_id)
        entity.folded = step(decider, entity.folded, one.event, one.event_id, one.programme_version)
        entity.folded = replace(entity.folded, version=one.version)
        entity.programme = self.programme if one.programme_version else None
        entity.history.append(_as_written(one))

    def of_kind(self, kind: str) -> dict[str, Any]:
        """The states of the entities of a kind, by id."""
        return {
            id_: one.state
            for id_, one in self.clinic.entities.items()
            if id_.startswith(f"{kind}-") and one.history
        }

    @property
    def rests(self) -> bool:
        return not any(one.folded.pending for one in self.clinic.entities.values())


def at_most_eight_have_or_are_offered_a_seat(life: Known) -> Found:
    """DOMAIN 9."""
    for id_, group in life.of_kind("group").items():
        if len(group.members) + len(group.reservations) > min(SEATS, group.capacity or SEATS):
            yield id_


def a_seat_is_known_on_both_sides(life: Known) -> Found:
    pathways = life.of_kind("pathway")
    for id_, group in life.of_kind("group").items():
        members = {one.pathway_id for one in group.members}
        seated = {name for name, one in pathways.items() if one.group_id == id_}
        if group.status == "open" and members != seated:
            yield id_


def a_kept_seat_is_an_offer_under_way(life: Known) -> Found:
    offers = {name: one.seat_offer for name, one in life.of_kind("pathway").items()}
    for id_, group in life.of_kind("group").items():
        kept = {one.pathway_id for one in group.reservations}
        if kept != {name for name, one in offers.items() if one and one.group_id == id_}:
            yield id_


def nobody_has_a_seat_in_a_closed_group(life: Known) -> Found:
    groups = life.of_kind("group")
    for id_, one in life.of_kind("pathway").items():
        if one.group_id and groups[one.group_id].status == "closed":
            yield id_


def a_therapist_and_their_patients_agree(life: Known) -> Found:
    pathways = life.of_kind("pathway")
    for id_, one in life.of_kind("clinician").items():
        if set(one.patients) != {name for name, of in pathways.items() if of.therapist == id_}:
            yield id_


def whoever_has_left_holds_nothing(life: Known) -> Found:
    for id_, one in life.of_kind("pathway").items():
        holds = (one.seat_offer, one.group_id, one.therapist, one.waiting)
        if one.discharged_for and any(holds):
            yield id_


def nobody_is_forgotten(life: Known) -> Found:
    """Whoever is in care is waited for by the clock or by somebody's task."""
    for id_, one in life.of_kind("pathway").items():
        waited_for = decider_of(id_).deadlines(one) or one.tasks
        if one.status in ("open", "transferred", "paused") and not waited_for:
            yield id_


def every_open_escalation_is_waited_for(life: Known) -> Found:
    """DOMAIN 3: an escalation has its own clock until a person resolves it."""
    for id_, one in life.of_kind("escalation").items():
        if one.status == "open" and not decider_of(id_).deadlines(one):
            yield id_


def patients_and_their_escalations_agree(life: Known) -> Found:
    escalations = life.of_kind("escalation")
    for id_, pathway in life.of_kind("pathway").items():
        open_ = {
            name
            for name, one in escalations.items()
            if one.pathway_id == id_ and one.status == "open"
        }
        if pathway.status != "erased" and open_ != set(pathway.open_escalations):
            yield id_


AT_REST: tuple[Callable[[Known], Found], ...] = (
    at_most_eight_have_or_are_offered_a_seat,
    a_seat_is_known_on_both_sides,
    a_kept_seat_is_an_offer_under_way,
    nobody_has_a_seat_in_a_closed_group,
    a_therapist_and_their_patients_agree,
    whoever_has_left_holds_nothing,
    nobody_is_forgotten,
    every_open_escalation_is_waited_for,
    patients_and_their_escalations_agree,
)


def broken_invariants(log: Sequence[RecordedEvent], programme: Definition) -> list[str]:
    """What is broken where and since when; `log` in the order of the log, without programmes."""
    life, found = Judged(programme, log[0]), dict[tuple[str, str], int]()
    for _, written in groupby(log, key=lambda one: (one.stream_id, one.origin.command_id)):
        decision = list(written)
        life.happens(decision)
        if not life.rests:
            continue
        for holds in AT_REST:
            for id_ in holds(life):
                found.setdefault((holds.__name__, id_), decision[-1].seq)
    return [f"{what} is broken for {id_} since event {seq}" for (what, id_), seq in found.items()]


def gaps(log: Sequence[RecordedEvent]) -> list[str]:
    """The streams whose versions do not run from 1 without a gap."""
    versions: dict[str, list[int]] = {}
    for one in log:
        versions.setdefault(one.stream_id, []).append(one.version)
    return [id_ for id_, of in versions.items() if of != list(range(1, len(of) + 1))]


def _as_written(one: RecordedEvent) -> NewEvent:
    return NewEvent(
        event_id=one.event_id,
        type=one.type,
        schema_version=one.schema_version,
        data=registry.write(one.event),
        effective_at=one.effective_at,
        origin=one.origin,
        programme_version=one.programme_version,
        relied_on=one.relied_on,
    )


def _no_more_ids() -> Any:
    raise LookupError("a log that is judged takes no commands")
