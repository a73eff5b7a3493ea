"""The waitlist page: who waits in which order, which seat to offer to whom, when seats open."""

from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from domain.waitlist.drawn import waiting_of
from domain.waitlist.matching import Match
from projections.waitlist.forecast import dropping_out, forecast
from projections.waitlist.reading import read_line, read_seats, read_spells
from projections.worklist.reading import ToDo, items_of_kind
from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.addresses import form_of
from web.pages.forms.receipts import receipt_of
from web.pages.rendering import page
from web.pages.visit import Visit, Visiting, meet
from web.pages.waitlist_line import (
    Line,
    candidate,
    candidates_of,
    line_of,
    read_waiting,
)
from web.pages.waitlist_openings import WEEKS, NextSeat, next_seat, scale
from web.pages.waitlist_words import GroupShown, hours_in_words
from web.pages.wording import patient_name
from web.rights.commands import may_submit
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_reading

ROWS = 25
"""Patients on one page."""

OFFERS = 100
"""Offers without an answer that are shown at once."""

Kind = Annotated[str, Query(max_length=60, pattern=r"^[a-z0-9_-]*$")]
After = Annotated[int, Query(ge=0, lt=10**6)]

router = APIRouter(prefix="/waitlist", dependencies=[needs(Permission.READ_WAITLIST)])


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
    return page(
        visit.request,
        "waitlist/waitlist.html",
        candidates=await candidates_of(visit, line, placed[after : after + ROWS]),
        offers=await _offers(visit, line),
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
        kinds=_kinds(visit),
    )


@router.get("/{pathway_id}")
async def offer(pathway_id: str, visit: Visiting, done: str | None = None) -> HTMLResponse:
    """One patient and every group: choose the one whose seat is offered."""
    if not pathway_id.startswith("pathway-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    met = await meet(visit, pathway_id)
    await note_reading(visit.request, pathway_id)
    pathway, programme = met.folded.state, met.context.programme
    waiting = waiting_of(pathway_id, pathway)
    others = [one for one in await read_line(visit.services.pool) if one.pathway_id != pathway_id]
    line = await line_of(visit, [waiting, *others] if waiting else others)
    name = patient_name(pathway.referral.patient) if pathway.referral else None
    lasts = programme.policies.waitlist.seat_offer_lasts if programme else None
    return page(
        visit.request,
        "waitlist/offer.html",
        pathway_id=pathway_id,
        name=name,
        pathway=pathway,
        candidate=_candidate(pathway_id, line, name),
        group_offered=line.named(pathway.seat_offer.group_id) if pathway.seat_offer else None,
        until=visit.services.now() + lasts if lasts else None,
        offering=may_submit(visit.actor.role, "pathway", "offer_seat"),
        command_id=str(uuid4()),
        receipt=receipt_of(met.events, done),
        hours_in_words=hours_in_words,
        kinds=_kinds(visit),
    )


def _candidate(pathway_id: str, line: Line, name: str | None) -> object:
    for place, match in _among_their_kind(line, pathway_id):
        if match.waiting.pathway_id == pathway_id:
            return candidate(place, match, line, {pathway_id: name})
    return None


def _among_their_kind(line: Line, pathway_id: str) -> list[tuple[int, Match]]:
    kinds = [one.waiting.group_kind for one in line.matches if one.waiting.pathway_id == pathway_id]
    return line.of_kind(kinds[0]) if kinds else []


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
    seats = await read_seats(pool, now, kind or None)
    bands = dropping_out(await read_spells(pool, now))
    free = {one.group_id: one.free for one in seats}
    found = [
        Outlook(line.named(one.group_id), next_seat(free[one.group_id], one.openings))
        for one in forecast(seats, bands, now, WEEKS)
    ]
    return sorted(found, key=_soonest)


def _soonest(outlook: Outlook) -> tuple[int, int, str]:
    one = outlook.next
    early = 0 if one.free else one.early or WEEKS + 1
    return early, one.late or WEEKS + 1, outlook.group.title


def _tabs(visit: Visit, line: Line, kind: str) -> list[dict[str, object]]:
    """One tab a kind of group, with how many wait for it."""
    titles = {"": "Everybody", **_kinds(visit)}
    return [
        {
            "title": title,
            "count": len(line.of_kind(one)),
            "href": f"/waitlist?kind={one}" if one else "/waitlist",
            "here": one == kind,
        }
        for one, title in titles.items()
    ]


def _kinds(visit: Visit) -> dict[str, str]:
    return {one.id: one.title for of in visit.clinic.programmes for one in of.group_kinds}
