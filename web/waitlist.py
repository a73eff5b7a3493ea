"""The waitlist: /api/waitlist. It is as fresh as its view: an offer asks the group itself."""

from asyncio import to_thread
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime

from domain.actor import Actor
from domain.decider import Reason
from domain.value import Value
from domain.waitlist.matching import Match, Reasons, matches
from domain.waitlist.waiting import OpenGroup, Waiting
from projections.waitlist.forecast import dropping_out, forecast
from projections.waitlist.reading import read_line, read_meetings, read_seats, read_spells
from web.answers import answers
from web.errors import Unavailable
from web.rights.errors import Forbidden
from web.rights.fields import reasons_told
from web.rights.needs import needs
from web.rights.permissions import Permission, may
from web.rights.reading import note_list
from web.security import Acting
from web.services import Services, Serving

Weeks = Annotated[int, Query(ge=1, le=52)]
Skipped = Annotated[int, Query(ge=0, lt=2**31)]
Limit = Annotated[int, Query(ge=1, le=1000)]

router = APIRouter(prefix="/api/waitlist", tags=["waitlist"])


class Against(Value):
    """Why a patient does not fit a group of the kind that they wait for."""

    group_id: str
    reasons: tuple[Reason, ...]


class Place(Value):
    """A place on the waitlist: the seat to offer now, every group that fits, and why others do not.

    `proposed` is absent where nothing fits, or all that fits goes to those who come before.
    """

    pathway_id: str
    urgency: str
    since: AwareDatetime
    group_kind: str
    proposed: str | None
    fitting: tuple[str, ...]
    against: tuple[Against, ...]


class Waitlist(Value):
    """Who waits for a seat, whoever is first in line first; `waiting` counts them on all pages."""

    places: tuple[Place, ...]
    waiting: int


class Opening(Value):
    """Open seats at the end of a week: expected, and from `low` to `high` in 8 cases of 10."""

    week: int
    by: AwareDatetime
    expected: float
    low: int
    high: int


class GroupForecast(Value):
    """The seats of one group, week by week from now, if nobody joins."""

    group_id: str
    openings: tuple[Opening, ...]


class DropOut(Value):
    """The chance a week of dropping out, from some week in a group on, and what it was seen in."""

    since: int
    weeks: float
    dropped: int
    chance: float


class Forecast(Value):
    """When seats of slow-open groups will open, and what that is reckoned from."""

    groups: tuple[GroupForecast, ...]
    dropping_out: tuple[DropOut, ...]


@router.get(
    "", responses=answers(Forbidden, Unavailable), dependencies=[needs(Permission.READ_WAITLIST)]
)
async def waitlist(
    request: Request,
    services: Serving,
    actor: Acting,
    after: Skipped = 0,
    limit: Limit | None = None,
) -> Waitlist:
    """Who fits which open seat, in the order of the waitlist: `limit` places `after` so many."""
    waiting = await read_line(services.pool)
    groups = await groups_that_meet(services, actor) if waiting else []
    page = slice(after, None if limit is None else after + limit)
    payer = may(actor.role, Permission.READ_COVERAGE)
    places = await to_thread(_places, waiting, groups, page, payer=payer)
    note_list(request, (one.pathway_id for one in places))
    return Waitlist(places=places, waiting=len(waiting))


@router.get(
    "/forecast",
    responses=answers(Forbidden, Unavailable),
    dependencies=[needs(Permission.READ_WAITLIST)],
)
async def seats_forecast(services: Serving, kind: str | None = None, weeks: Weeks = 12) -> Forecast:
    """When seats will open, from planned ends and from how often members drop out."""
    now = services.now()
    seats = await read_seats(services.pool, now, kind)
    bands = dropping_out(await read_spells(services.pool, now))
    return Forecast.model_validate(
        {"groups": forecast(seats, bands, now, weeks), "dropping_out": bands},
        from_attributes=True,
    )


def _places(
    waiting: Sequence[Waiting], groups: list[OpenGroup], page: slice, *, payer: bool
) -> tuple[Place, ...]:
    """One page, each place by what those before it on all pages leave."""
    reasons = Reasons()
    found = matches(waiting, groups)[page]
    return tuple(_place(match, groups, reasons, payer=payer) for match in found)


def _place(match: Match, groups: list[OpenGroup], reasons: Reasons, *, payer: bool) -> Place:
    waiting = match.waiting
    fitting = tuple(group.group_id for group in match.fitting)
    return Place(
        pathway_id=waiting.pathway_id,
        urgency=waiting.urgency,
        since=waiting.since,
        group_kind=waiting.group_kind,
        proposed=match.proposed.group_id if match.proposed else None,
        fitting=fitting,
        against=tuple(
            Against(
                group_id=group.group_id,
                reasons=reasons_told(reasons.against(waiting, group), payer=payer),
            )
            for group in groups
            if group.kind == waiting.group_kind and group.group_id not in fitting
        ),
    )


async def groups_that_meet(services: Services, actor: Actor) -> list[OpenGroup]:
    """The groups that meet, as they are now by the version of the programme that each is on."""
    meetings = await read_meetings(services.pool)
    return await services.open_groups.of(meetings, services.now(), actor)
