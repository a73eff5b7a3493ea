"""Everybody who waits, in order, with the groups that fit them and why others do not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.decider import Context, Reason
from domain.waitlist.drawn import open_group_of
from domain.waitlist.matching import Match, matches, reasons_against
from domain.waitlist.waiting import OpenGroup, Waiting
from projections.caseload.view import CASELOAD
from projections.groups.reading import list_groups
from projections.sql import queries_in
from projections.tables import looking_into
from projections.waitlist.reading import read_line, read_meetings
from web.pages.visit import Visit
from web.pages.waitlist_words import GroupShown, group_shown, reasons_for, unlisted
from web.rights.fields import reasons_told
from web.rights.permissions import Permission, may

MOST = 1000
"""Open groups that a clinic has at most."""

query = queries_in(Path(__file__).parent / "queries")


@dataclass(frozen=True)
class Judged:
    """A group for a patient: what speaks for it where it fits, and every reason against it else."""

    group: GroupShown
    speaks_for: tuple[str, ...] = ()
    against: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A patient in the line. `fitting` are the groups that fit, the best first.

    `proposed` is the one to offer now, `others` are those that do not fit.
    """

    place: int
    waiting: Waiting
    name: str | None
    proposed: GroupShown | None
    fitting: tuple[Judged, ...]
    others: tuple[Judged, ...]
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

    def of_kind(self, kind: str) -> list[tuple[int, Match]]:
        """Those who wait for a kind of group, each with their place among all of that kind."""
        found = [one for one in self.matches if kind in ("", one.waiting.group_kind)]
        return list(enumerate(found, start=1))


async def read_waiting(visit: Visit) -> Line:
    """The line as the views have it."""
    return await line_of(visit, await read_line(visit.services.pool))


async def line_of(visit: Visit, waiting: Iterable[Waiting]) -> Line:
    """Some who wait, against the groups as the views have them."""
    groups = await _open_groups(visit)
    payer = may(visit.actor.role, Permission.READ_COVERAGE)
    return Line(tuple(matches(waiting, groups)), groups, await _listed(visit), payer)


async def candidates_of(
    visit: Visit, line: Line, placed: Sequence[tuple[int, Match]]
) -> list[Candidate]:
    """Some of the line with their names: one read for all of them."""
    names = await read_names(visit, [match.waiting.pathway_id for _, match in placed])
    return [candidate(place, match, line, names) for place, match in placed]


def candidate(place: int, match: Match, line: Line, names: Mapping[str, str | None]) -> Candidate:
    """One place in the line, judged against every open group of the kind that they wait for."""
    waiting, proposed = match.waiting, match.proposed
    fits = {one.group_id for one in match.fitting}
    others = [
        one for one in line.groups if one.kind == waiting.group_kind and one.group_id not in fits
    ]
    return Candidate(
        place=place,
        waiting=waiting,
        name=names.get(waiting.pathway_id),
        proposed=line.named(proposed.group_id) if proposed else None,
        fitting=tuple(_fitting(waiting, match.fitting, line)),
        others=tuple(
            Judged(line.named(one.group_id), against=_against(waiting, one, line)) for one in others
        ),
        declined=tuple(line.named(one) for one in waiting.declined),
    )


def kinds_of(visit: Visit) -> dict[str, str]:
    """The titles of all kinds of group, by their ids."""
    return {one.id: one.title for of in visit.clinic.programmes for one in of.group_kinds}


async def read_names(visit: Visit, pathway_ids: Sequence[str]) -> dict[str, str | None]:
    """The patients' names by pathway, as far as the caseload knows them."""
    async with looking_into(visit.services.pool, CASELOAD.schema) as connection:
        rows = await connection.fetch(query("waitlist_names"), list(pathway_ids))
    return {row["pathway_id"]: row["patient_name"] for row in rows}


def _fitting(waiting: Waiting, groups: Iterable[OpenGroup], line: Line) -> Iterable[Judged]:
    for one in groups:
        speaks_for = reasons_for(waiting, one, payer=line.payer)
        yield Judged(line.named(one.group_id), speaks_for=speaks_for)


def _against(waiting: Waiting, group: OpenGroup, line: Line) -> tuple[Reason, ...]:
    return reasons_told(reasons_against(waiting, group), payer=line.payer)


async def _open_groups(visit: Visit) -> tuple[OpenGroup, ...]:
    """The groups that meet, each by the version of the programme that it is on."""
    services, found = visit.services, []
    for meeting in await read_meetings(services.pool):
        programme = await services.definitions.version(meeting.group.programme or "")
        context = Context(services.now(), visit.actor, programme)
        found.append(open_group_of(meeting.group_id, meeting.group, meeting.staff, context))
    return tuple(one for one in found if one)


async def _listed(visit: Visit) -> dict[str, GroupShown]:
    """Every open group by its id."""
    listed = await list_groups(visit.services.pool, visit.services.now(), limit=MOST)
    return {one.group_id: group_shown(one) for one in listed}
