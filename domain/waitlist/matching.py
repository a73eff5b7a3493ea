"""Matching: who on the waitlist fits which open seat, in what order, and why others do not.

Pure, and the same for the same input, in whatever order it is given. Policy: urgency goes first,
then the time waited; a match needs the state, the modality, the hours, the payer, the intended
kind of group, a phase that the group serves or that leads to one, and the facilitators' licences.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import get_args

from domain.decider import Reason, failed, known
from domain.patient import Urgency
from domain.waitlist.waiting import Modality, OpenGroup, Waiting, can_come
from domain.waitlist.weekly_times import WeeklyTimes

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
    if _takes(group.payers, waiting.payer):
        return None
    taken = ", ".join(sorted(group.payers or ()))
    return Reason(
        code="payer_not_accepted",
        message=f"The programme does not take {waiting.payer}; it takes {taken}.",
    )


_Payers = frozenset[str] | None
"""Those that a group's programme takes; none: any."""


def _takes(payers: _Payers, payer: str | None) -> bool:
    if payers is None or payer is None:
        return True
    return payer.casefold() in (one.casefold() for one in payers)


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
    """The groups that fit whom, looked for once for all who are alike and pay alike."""

    groups: tuple[OpenGroup, ...]
    _alike: dict[tuple[_Likeness, frozenset[_Payers]], tuple[OpenGroup, ...]] = field(
        default_factory=dict
    )
    _taking: dict[str | None, frozenset[_Payers]] = field(default_factory=dict)
    _times: dict[str, WeeklyTimes] = field(default_factory=dict)

    def of(self, waiting: Waiting) -> tuple[OpenGroup, ...]:
        alike = self._of_all_like(waiting)
        if not waiting.hours and not waiting.declined:
            return alike
        times = self._times_in(waiting.zone)
        outside, meets = times.outside(waiting.hours), times.of_group
        return tuple(
            group
            for group in alike
            if not meets[group.group_id] & outside and group.group_id not in waiting.declined
        )

    def _of_all_like(self, waiting: Waiting) -> tuple[OpenGroup, ...]:
        """The best first."""
        taking = self._taking_payer(waiting.payer)
        key = (_likeness(waiting), taking)
        if key not in self._alike:
            fitting = [
                group
                for group in self.groups
                if group.payers in taking and not _against_all_alike(waiting, group)
            ]
            self._alike[key] = tuple(sorted(fitting, key=_preference(waiting)))
        return self._alike[key]

    def _taking_payer(self, payer: str | None) -> frozenset[_Payers]:
        """Of the lists of payers that groups keep, those with this one."""
        if payer not in self._taking:
            self._taking[payer] = frozenset(one for one in self._lists if _takes(one, payer))
        return self._taking[payer]

    @cached_property
    def _lists(self) -> frozenset[_Payers]:
        return frozenset(group.payers for group in self.groups)

    def _times_in(self, zone: str) -> WeeklyTimes:
        if zone not in self._times:
            self._times[zone] = WeeklyTimes.of(self.groups, zone)
        return self._times[zone]


def _preference(waiting: Waiting) -> Callable[[OpenGroup], tuple[int, datetime, int, str]]:
    """Their own order of modalities, then the soonest session, then the emptiest group."""

    def key(group: OpenGroup) -> tuple[int, datetime, int, str]:
        place = known(_way(waiting, group))
        return place, group.next_session, -group.free, group.group_id

    return key
