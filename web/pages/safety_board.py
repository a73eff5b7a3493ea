"""The safety board: every open escalation by level and clock, who has it, and who is on call."""

from dataclasses import replace
from typing import Annotated, get_args
from uuid import uuid4

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from domain.escalation.calls import on_call_id
from domain.events.escalation import ContactMeans
from domain.identity import well_formed
from projections.safety.reading import FIRST, Escalated, Place, list_open, list_resolved
from web.errors import BadRequest
from web.instants import instant
from web.pages.rendering import page
from web.pages.safety_board_calls import Chains, chains_of, next_calls
from web.pages.safety_board_rows import OnCall, by_level, on_call, risk, summary
from web.pages.today_people import People, everybody
from web.pages.visit import Visit, Visiting
from web.pages.wording import in_words, sentence
from web.person import Person
from web.rights.commands import may_submit
from web.rights.fields import withheld
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_list

ROWS = 100
"""Open escalations on one page."""

RESOLVED = 8
"""The latest that were resolved, below."""

MEANS = tuple((one, sentence(in_words(one))) for one in get_args(ContactMeans))
"""How somebody tries to reach a patient."""

Mark = Annotated[str, Query(max_length=120, pattern=r"^[^\x00]*$")]
Done = Annotated[str | None, Query(max_length=60, pattern=r"^[a-z_]+$")]

router = APIRouter(prefix="/safety", dependencies=[needs(Permission.READ_SAFETY)])


@router.get("")
async def board(visit: Visiting, after: Mark = "", done: Done = None) -> HTMLResponse:
    """The board, which every move of the safety view brings up to date."""
    services, now = visit.services, visit.services.now()
    people = await everybody(visit.request)
    found = await list_open(services.pool, limit=ROWS + 1, after=_place(after))
    resolved = await list_resolved(services.pool, limit=RESOLVED)
    mine = _mine(visit)
    note_list(visit.request, (one.pathway_id for one in (*found[:ROWS], *resolved)))
    chains = await chains_of(visit, [one.label for one in visit.clinic.programmes])
    untaken = [one.escalation_id for one in found[:ROWS] if not one.acknowledged_by]
    calls = await next_calls(visit, untaken, chains)
    risks = [
        risk(_seen(visit, one), people, now, mine, calls.get(one.escalation_id))
        for one in found[:ROWS]
    ]
    return page(
        visit.request,
        "safety_board/board.html",
        levels=by_level(risks),
        says=summary(risks, now),
        ticking=[one for each in risks for one in each.ticking],
        resolved=[_seen(visit, one) for one in resolved],
        on_call=_on_call(visit, chains, people),
        people=people,
        means=MEANS,
        answers=may_submit(visit.actor.role, "escalation", "record_contact_attempt"),
        after=after,
        next_mark=_mark(found[ROWS - 1]) if len(found) > ROWS else None,
        fresh_id=uuid4,
        done=done,
    )


def _mine(visit: Visit) -> str | None:
    """The clinician in whose name whoever looks would take on a risk."""
    person: Person = visit.request.state.person
    return (
        person.clinician_id if may_submit(visit.actor.role, "escalation", "acknowledge") else None
    )


def _seen(visit: Visit, one: Escalated) -> Escalated:
    """The row without what the role may not see of a patient."""
    return replace(one, patient_name=None) if "patient_name" in withheld(visit.actor.role) else one


def _on_call(visit: Visit, chains: Chains, people: People) -> list[OnCall]:
    now = visit.services.now()
    return [
        on_call(one.title, chains[on_call_id(one.label)], people, now)
        for one in visit.clinic.programmes
    ]


def _mark(one: Escalated) -> str:
    due = one.due_at.isoformat().replace("+00:00", "Z") if one.due_at else "-"
    return f"{due}~{one.escalation_id}"


def _place(written: str) -> Place:
    if not written:
        return FIRST
    due, _, escalation_id = written.partition("~")
    if not well_formed(escalation_id):
        raise BadRequest("This page's address is damaged: go back to the safety board.")
    return Place(None if due == "-" else instant(due, "after"), escalation_id)
