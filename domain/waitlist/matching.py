"""Matching: who on the waitlist fits which open seat, in what order, and why others do not.

Pure, and the same for the same input, in whatever order it is given. Policy: urgency goes first,
then the time waited; a match needs the state, the modality, the hours, the payer, the intended
kind of group, a phase that the group serves or that leads to one, and the facilitators' licences.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from domain.decider import Reason, failed, known
from domain.patient import Urgency
from domain.waitlist.waiting import Hours, Modality, OpenGroup, Waiting, can_come

_URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
"""In rising order."""


@dataclass(frozen=True)
class Match:
    """A patient and the groups that fit, the best first; `proposed` is the one to offer now.

    Nothing is proposed to whom no seat is left after those that go before them.
    """

    waiting: Waiting
    fitting: tuple[OpenGroup, ...]
    proposed: OpenGroup | None


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """The waitlist: the most urgent first, and of these who has waited longest."""
    return sorted(
        waiting, key=lambda one: (-_URGENCIES.index(one.urgency), one.since, one.pathway_id)
    )


def matches(waiting: Iterable[Waiting], groups: Iterable[OpenGroup]) -> list[Match]:
    """Everybody on the waitlist in its order, each with the groups that fit them."""
    fitting = _Fitting(tuple(groups))
    left = {group.group_id: group.free for group in fitting.groups}
    found = []
    for one in in_order(waiting):
        groups_for = fitting.of(one)
        proposed = next((group for group in groups_for if left[group.group_id] > 0), None)
        if proposed:
            left[proposed.group_id] -= 1
        found.append(Match(one, groups_for, proposed))
    return found


def candidates(waiting: Iterable[Waiting], group: OpenGroup) -> list[Waiting]:
    """Who could take a seat in one group, in the order in which to ask them."""
    return [one for one in in_order(waiting) if not reasons_against(one, group)]


def reasons_against(waiting: Waiting, group: OpenGroup) -> tuple[Reason, ...]:
    """Every reason why a patient does not fit a group; none: it is a match."""
    return (*_against_all_alike(waiting, group), *_against_this_one(waiting, group))


def _against_all_alike(waiting: Waiting, group: OpenGroup) -> tuple[Reason, ...]:
    """The reasons that hold for everybody of the same likeness."""
    return failed(
        *group.refused,
        seat_free(group),
        same_programme(waiting, group),
        phase_served(waiting, group),
        kind_intended(waiting, group),
        modality_accepted(waiting, group),
        licensed_for(waiting, group),
    )


def _against_this_one(waiting: Waiting, group: OpenGroup) -> tuple[Reason, ...]:
    """The reasons that lie in a patient's own hours, payer and refusals."""
    return failed(
        hours_suit(waiting, group),
        payer_accepted(waiting, group),
        not_declined_before(waiting, group),
    )


def seat_free(group: OpenGroup) -> Reason | None:
    if group.free > 0:
        return None
    return Reason(code="no_seat", message="The group has no seat to fill this week.")


def same_programme(waiting: Waiting, group: OpenGroup) -> Reason | None:
    """Another version of the patient's programme will do."""
    if waiting.programme == group.programme:
        return None
    return Reason(code="other_programme", message=f"The group is one of {group.programme}.")


def phase_served(waiting: Waiting, group: OpenGroup) -> Reason | None:
    """The group would not keep a seat for whom it is too early, or too late."""
    if waiting.phase in group.joined_from:
        return None
    served = ", ".join(group.phases)
    return Reason(
        code="phase_not_served",
        message=f"The group is for patients in {served}; the patient is in {waiting.phase}.",
    )


def kind_intended(waiting: Waiting, group: OpenGroup) -> Reason | None:
    if waiting.group_kind == group.kind:
        return None
    return Reason(
        code="other_kind",
        message=f"The patient waits for a group of the kind {waiting.group_kind}, "
        f"this one is {group.kind}.",
    )


def modality_accepted(waiting: Waiting, group: OpenGroup) -> Reason | None:
    if _way(waiting, group) is not None:
        return None
    accepted = " or ".join(waiting.modalities)
    return Reason(
        code="other_modality",
        message=f"The group meets {group.modality}; the patient accepts {accepted}.",
    )


def _way(waiting: Waiting, group: OpenGroup) -> int | None:
    """The place of this group among the modalities that the patient accepts, the first best.

    Who is in a hybrid group joins each session virtually or in person, as they like: it suits
    whoever accepts either.
    """
    suits = get_args(Modality) if group.modality == "hybrid" else (group.modality,)
    places = (at for at, one in enumerate(waiting.modalities) if one in suits)
    return next(places, None)


def licensed_for(waiting: Waiting, group: OpenGroup) -> Reason | None:
    if waiting.state in group.licensed_in:
        return None
    return Reason(
        code="not_licensed",
        message=f"Not every facilitator is licensed in {waiting.state}.",
    )


def hours_suit(waiting: Waiting, group: OpenGroup) -> Reason | None:
    if can_come(waiting, group):
        return None
    return Reason(code="other_hours", message="The group meets when the patient cannot come.")


def payer_accepted(waiting: Waiting, group: OpenGroup) -> Reason | None:
    if waiting.payer is None or group.payers is None:
        return None
    if waiting.payer.casefold() in (one.casefold() for one in group.payers):
        return None
    taken = ", ".join(sorted(group.payers))
    return Reason(
        code="payer_not_accepted",
        message=f"The programme does not take {waiting.payer}; it takes {taken}.",
    )


def not_declined_before(waiting: Waiting, group: OpenGroup) -> Reason | None:
    if group.group_id not in waiting.declined:
        return None
    return Reason(code="declined_before", message="The patient turned down a seat in this group.")


_Likeness = tuple[str, str, str, str, tuple[Modality, ...]]


def _likeness(waiting: Waiting) -> _Likeness:
    return (
        waiting.programme,
        waiting.phase,
        waiting.group_kind,
        waiting.state,
        waiting.modalities,
    )


_Own = tuple[str | None, str, tuple[Hours, ...], tuple[str, ...]]


def _own(waiting: Waiting) -> _Own:
    """What is a patient's own, and that of many others too; a zone matters to hours alone."""
    zone = waiting.zone if waiting.hours else ""
    return waiting.payer, zone, waiting.hours, waiting.declined


@dataclass
class Reasons:
    """The reasons against groups, worked out once for all patients who are alike."""

    _known: dict[tuple[_Likeness, str], tuple[Reason, ...]] = field(default_factory=dict)

    def against(self, waiting: Waiting, group: OpenGroup) -> tuple[Reason, ...]:
        """The same as `reasons_against`."""
        key = (_likeness(waiting), group.group_id)
        if key not in self._known:
            self._known[key] = _against_all_alike(waiting, group)
        return (*self._known[key], *_against_this_one(waiting, group))


@dataclass
class _Fitting:
    """The groups that fit whom, looked for once for all who are alike."""

    groups: tuple[OpenGroup, ...]
    _known: dict[_Likeness, tuple[OpenGroup, ...]] = field(default_factory=dict)
    _paid: dict[tuple[str | None, frozenset[str] | None], bool] = field(default_factory=dict)
    _found: dict[tuple[_Likeness, _Own], tuple[OpenGroup, ...]] = field(default_factory=dict)

    def of(self, waiting: Waiting) -> tuple[OpenGroup, ...]:
        key = (_likeness(waiting), _own(waiting))
        if key not in self._found:
            self._found[key] = tuple(self._of_this_one(waiting))
        return self._found[key]

    def _of_this_one(self, waiting: Waiting) -> Iterator[OpenGroup]:
        for group in self._of_all_like(waiting):
            declined = group.group_id in waiting.declined
            if not declined and self._pays(waiting, group) and can_come(waiting, group):
                yield group

    def _pays(self, waiting: Waiting, group: OpenGroup) -> bool:
        """A payer is accepted or not: asked once for each list that groups keep."""
        key = (waiting.payer, group.payers)
        if key not in self._paid:
            self._paid[key] = payer_accepted(waiting, group) is None
        return self._paid[key]

    def _of_all_like(self, waiting: Waiting) -> tuple[OpenGroup, ...]:
        likeness = _likeness(waiting)
        if likeness not in self._known:
            fitting = [one for one in self.groups if not _against_all_alike(waiting, one)]
            self._known[likeness] = tuple(sorted(fitting, key=_preference(waiting)))
        return self._known[likeness]


def _preference(waiting: Waiting) -> Callable[[OpenGroup], tuple[int, datetime, int, str]]:
    """Their own order of modalities, then the soonest session, then the emptiest group."""

    def key(group: OpenGroup) -> tuple[int, datetime, int, str]:
        place = known(_way(waiting, group))
        return place, group.next_session, -group.free, group.group_id

    return key
