"""The waitlist page: who waits in which order, which seat to offer to whom, when seats open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query
from fastapi.responses import HTMLResponse

from eventstore.errors import StoreUnavailable
from projections.errors import ProjectionError
from projections.waitlist.forecast import Seats, dropping_out, forecast
from projections.waitlist.reading import read_marks, read_meetings, read_seats, read_spells
from projections.waitlist.view import WAITLIST
from projections.worklist.reading import ToDo, items_of_kind
from web.pages.addresses import form_of
from web.pages.kept import kept_of
from web.pages.rendering import page
from web.pages.visit import Visit, Visiting
from web.pages.waitlist_line import Line, candidates_of, kinds_of, read_waiting
from web.pages.waitlist_openings import WEEKS, NextSeat, next_seat, scale
from web.pages.waitlist_words import GroupShown, hours_in_words
from web.rights.commands import may_submit
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_list
from web.services import Services

ROWS = 25
"""Patients on one page."""

OUTLOOKS = 25
"""Groups of which it is told when their seats open: those in which it may be soonest."""

OFFERS = 100
"""Offers without an answer that are shown at once."""

Kind = Annotated[str, Query(max_length=60, pattern=r"^[a-z0-9_-]*$")]
After = Annotated[int, Query(ge=0, lt=10**6)]


@asynccontextmanager
async def _reading_ahead(app: FastAPI) -> AsyncIterator[None]:
    """The groups are decoded as soon as the application serves, and not by its first look."""
    reading = asyncio.create_task(_read_ahead(app.state.services))
    yield
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def _read_ahead(services: Services) -> None:
    """Whoever looks is told if the view is not there, or the database."""
    with suppress(ProjectionError, StoreUnavailable):
        await read_meetings(services.pool)


router = APIRouter(
    prefix="/waitlist",
    dependencies=[needs(Permission.READ_WAITLIST)],
    lifespan=_reading_ahead,
)


@dataclass(frozen=True)
class Offered:
    """A seat that is offered and not answered yet, with the forms that answer it."""

    item: ToDo
    group: GroupShown
    accept: str
    decline: str


@dataclass(frozen=True)
class Outlook:
    """When seats of a group open."""

    group: GroupShown
    next: NextSeat


@router.get("")
async def waitlist(visit: Visiting, kind: Kind = "", after: After = 0) -> HTMLResponse:
    """Everybody who waits, the most urgent first, then who has waited longest."""
    line = await read_waiting(visit)
    placed = line.of_kind(kind)
    candidates = await candidates_of(visit, line, placed[after : after + ROWS])
    offers = await _offers(visit, line)
    named = {one.waiting.pathway_id for one in candidates} | {one.item.entity_id for one in offers}
    note_list(visit.request, named)
    return page(
        visit.request,
        "waitlist/waitlist.html",
        candidates=candidates,
        offers=offers,
        outlooks=await _outlooks(visit, line, kind),
        scale=scale(),
        tabs=_tabs(visit, line, kind),
        kind=kind,
        after=after,
        further=after + ROWS if len(placed) > after + ROWS else None,
        rows=ROWS,
        waiting=len(placed),
        offering=may_submit(visit.actor.role, "pathway", "offer_seat"),
        hours_in_words=hours_in_words,
        kinds=kinds_of(visit),
    )


async def _offers(visit: Visit, line: Line) -> list[Offered]:
    items = await items_of_kind(visit.services.pool, "answer_seat_offer", limit=OFFERS)
    return [_offered(one, line) for one in items]


def _offered(item: ToDo, line: Line) -> Offered:
    number = item.item.rpartition("-")[2]
    return Offered(
        item,
        line.named(item.about or ""),
        accept=form_of(item.entity_id, "accept_seat", offer=number),
        decline=form_of(item.entity_id, "decline_seat", offer=number),
    )


async def _outlooks(visit: Visit, line: Line, kind: str) -> list[Outlook]:
    """When seats open, the group with the earliest first."""
    pool, now = visit.services.pool, visit.services.now()

    async def work_out() -> list[tuple[str, NextSeat]]:
        seats = sorted(await read_seats(pool, now, kind or None), key=_likely)[:OUTLOOKS]
        bands = dropping_out(await read_spells(pool, now))
        free = {one.group_id: one.free for one in seats}
        return [
            (one.group_id, next_seat(free[one.group_id], one.openings))
            for one in forecast(seats, bands, now, WEEKS)
        ]

    async def marks_of() -> tuple[str | None, ...]:
        return await read_marks(pool)

    found = await kept_of(visit.request).of([WAITLIST], ("outlooks", kind), work_out, marks_of)
    return sorted((Outlook(line.named(one), next_) for one, next_ in found), key=_soonest)


def _likely(seats: Seats) -> tuple[bool, datetime, str]:
    """Groups with a seat that is free come first, then those in which a treatment ends soonest."""
    ends = (one.planned_end for one in seats.taken if one.planned_end)
    return seats.free == 0, min(ends, default=datetime.max.replace(tzinfo=UTC)), seats.group_id


def _soonest(outlook: Outlook) -> tuple[int, int, str]:
    one = outlook.next
    early = 0 if one.free else one.early or WEEKS + 1
    return early, one.late or WEEKS + 1, outlook.group.title


def _tabs(visit: Visit, line: Line, kind: str) -> list[dict[str, object]]:
    """One tab a kind of group, with how many wait for it."""
    titles = {"": "Everybody", **kinds_of(visit)}
    return [
        {
            "title": title,
            "count": len(line.of_kind(one)),
            "href": f"/waitlist?kind={one}" if one else "/waitlist",
            "here": one == kind,
        }
        for one, title in titles.items()
    ]
