"""Everybody who waits, in order, with the groups that fit them and why others do not."""

from asyncio import to_thread
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from domain.decider import Reason
from domain.waitlist.matching import Match, in_order, matches, reasons_against
from domain.waitlist.waiting import OpenGroup, Waiting
from projections.caseload.reading import read_names
from projections.groups.view import GROUPS
from projections.waitlist.reading import read_line, read_marks
from projections.waitlist.view import WAITLIST
from web.pages.groups.listed import open_groups
from web.pages.kept import kept_of
from web.pages.visit import Visit
from web.pages.waitlist_words import GroupShown, group_shown, reasons_for, unlisted
from web.rights.fields import reasons_told
from web.rights.permissions import Permission, may
from web.waitlist import groups_that_meet

FEW = 6
"""Groups for and against that a row of the line tells of; the page of the offer tells of all."""


@dataclass(frozen=True)
class Judged:
    """A group for a patient: what speaks for it where it fits, and every reason against it else."""

    group: GroupShown
    speaks_for: tuple[str, ...] = ()
    against: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A patient in the line. `fitting` are groups that fit, the best first; `fits` is how many do.

    `proposed` is the one to offer now, `others` are some of those that do not fit, of `fails`.
    """

    place: int
    waiting: Waiting
    name: str | None
    proposed: GroupShown | None
    fitting: tuple[Judged, ...]
    fits: int
    others: tuple[Judged, ...]
    fails: int
    declined: tuple[GroupShown, ...]

    @property
    def overtaken(self) -> bool:
        """Seats fit, but whoever comes before takes them."""
        return self.proposed is None and bool(self.fitting)


@dataclass(frozen=True)
class Line:
    """All who wait, the open groups as matching reads them, and as lists name them."""

    matches: tuple[Match, ...]
    groups: tuple[OpenGroup, ...]
    shown: Mapping[str, GroupShown]
    payer: bool
    """Whether it may be told who pays."""

    def named(self, group_id: str) -> GroupShown:
        return self.shown.get(group_id) or unlisted(group_id)

    def waiting(self, pathway_id: str) -> Waiting | None:
        """The place of a patient who is in the line."""
        found = (one.waiting for one in self.matches if one.waiting.pathway_id == pathway_id)
        return next(found, None)

    def of_kind(self, kind: str) -> list[tuple[int, Match]]:
        """Those who wait for a kind of group, each with their place among all of that kind."""
        found = [one for one in self.matches if kind in ("", one.waiting.group_kind)]
        return list(enumerate(found, start=1))


async def read_waiting(visit: Visit) -> Line:
    """The line as the views have it."""
    pool = visit.services.pool

    async def work_out() -> tuple[tuple[Match, ...], tuple[OpenGroup, ...]]:
        groups, waiting = await _groups(visit), await read_line(pool)
        return await to_thread(matched, waiting, groups), groups

    async def marks_of() -> tuple[str | None, ...]:
        return await read_marks(pool)

    found, groups = await kept_of(visit.request).of([WAITLIST], "line", work_out, marks_of)
    return await _line(visit, found, groups)


async def line_of(visit: Visit, waiting: Iterable[Waiting]) -> Line:
    """Some who wait, against the groups as the views have them."""
    groups = await _groups(visit)
    return await _line(visit, await to_thread(matched, tuple(waiting), groups), groups)


def matched(waiting: Sequence[Waiting], groups: Sequence[OpenGroup]) -> tuple[Match, ...]:
    """As `matches`, one kind of group after the other: nobody fits a group of another kind."""
    found = [
        match
        for kind in {one.group_kind: None for one in waiting}
        for match in matches(
            (one for one in waiting if one.group_kind == kind),
            (group for group in groups if group.kind == kind),
        )
    ]
    by_pathway = {match.waiting.pathway_id: match for match in found}
    return tuple(by_pathway[one.pathway_id] for one in in_order(waiting))


async def candidates_of(
    visit: Visit, line: Line, placed: Sequence[tuple[int, Match]]
) -> list[Candidate]:
    """Some of the line with their names: one read for all of them."""
    ids = [match.waiting.pathway_id for _, match in placed]
    names = await read_names(visit.services.pool, ids)
    return [candidate(place, match, line, names, FEW) for place, match in placed]


def candidate(
    place: int,
    match: Match,
    line: Line,
    names: Mapping[str, str | None],
    most: int | None = None,
) -> Candidate:
    """One place in the line, judged against the open groups of the kind that they wait for.

    Of those for and of those against it tells of `most` at most.
    """
    waiting, proposed = match.waiting, match.proposed
    fits = {one.group_id for one in match.fitting}
    of_kind = [one for one in line.groups if one.kind == waiting.group_kind]
    others = (one for one in of_kind if one.group_id not in fits)
    return Candidate(
        place=place,
        waiting=waiting,
        name=names.get(waiting.pathway_id),
        proposed=line.named(proposed.group_id) if proposed else None,
        fitting=tuple(_fitting(waiting, match.fitting[:most], line)),
        fits=len(fits),
        others=tuple(
            Judged(line.named(one.group_id), against=_against(waiting, one, line))
            for one in islice(others, most)
        ),
        fails=len(of_kind) - len(fits),
        declined=tuple(line.named(one) for one in waiting.declined),
    )


def kinds_of(visit: Visit) -> dict[str, str]:
    """The titles of all kinds of group, by their ids."""
    return {one.id: one.title for of in visit.clinic.programmes for one in of.group_kinds}


def _fitting(waiting: Waiting, groups: Iterable[OpenGroup], line: Line) -> Iterable[Judged]:
    for one in groups:
        speaks_for = reasons_for(waiting, one, payer=line.payer)
        yield Judged(line.named(one.group_id), speaks_for=speaks_for)


def _against(waiting: Waiting, group: OpenGroup, line: Line) -> tuple[Reason, ...]:
    return reasons_told(reasons_against(waiting, group), payer=line.payer)


async def _line(visit: Visit, found: tuple[Match, ...], groups: tuple[OpenGroup, ...]) -> Line:
    payer = may(visit.actor.role, Permission.READ_COVERAGE)
    return Line(found, groups, await _listed(visit), payer)


async def _groups(visit: Visit) -> tuple[OpenGroup, ...]:
    return tuple(await groups_that_meet(visit.services, visit.actor))


async def _listed(visit: Visit) -> Mapping[str, GroupShown]:
    """Every open group by its id."""

    async def work_out() -> Mapping[str, GroupShown]:
        found = await open_groups(visit.request)
        return {one.group_id: group_shown(one) for one in found.values()}

    return await kept_of(visit.request).of([GROUPS], "groups shown", work_out)
