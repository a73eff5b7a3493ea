"""The page on which a seat is offered: one patient, and every group for and against."""

from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from domain.decider import Reason
from domain.deciders import decider_of
from domain.pathway.state import Pathway
from domain.waitlist.drawn import waiting_of
from projections.waitlist.reading import read_line
from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.forms.receipts import receipt_of
from web.pages.rendering import page
from web.pages.visit import Met, Visit, Visiting, meet
from web.pages.waitlist_line import Candidate, Line, candidate, kinds_of, line_of, read_waiting
from web.pages.waitlist_words import hours_in_words
from web.pages.wording import patient_name
from web.rights.commands import may_submit
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_reading

router = APIRouter(prefix="/waitlist", dependencies=[needs(Permission.READ_WAITLIST)])


@router.get("/{pathway_id}")
async def offer(pathway_id: str, visit: Visiting, done: str | None = None) -> HTMLResponse:
    """The patient as the log has them now, the others in the line as their view has them."""
    if not pathway_id.startswith("pathway-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    met = await meet(visit, pathway_id)
    await note_reading(visit.request, pathway_id)
    pathway: Pathway = met.folded.state
    line = await _line(visit, pathway_id, pathway)
    command = "transfer_to_group" if pathway.group_id else "offer_seat"
    name = patient_name(pathway.referral.patient) if pathway.referral else None
    programme = met.context.programme
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
        command=command,
        blocked_by=_blocked_by(met, command),
        offering=may_submit(visit.actor.role, "pathway", command),
        command_id=str(uuid4()),
        receipt=receipt_of(met.events, done),
        hours_in_words=hours_in_words,
        kinds=kinds_of(visit),
    )


async def _line(visit: Visit, pathway_id: str, pathway: Pathway) -> Line:
    """The line with the patient in it as they are now, even if the view lags behind."""
    waiting, line = waiting_of(pathway_id, pathway), await read_waiting(visit)
    if waiting == line.waiting(pathway_id):
        return line
    others = [one for one in await read_line(visit.services.pool) if one.pathway_id != pathway_id]
    return await line_of(visit, [waiting, *others] if waiting else others)


def _candidate(pathway_id: str, line: Line, name: str | None) -> Candidate | None:
    """The patient among all who wait for the same kind of group; none for who does not wait."""
    kinds = {one.waiting.pathway_id: one.waiting.group_kind for one in line.matches}
    for place, match in line.of_kind(kinds.get(pathway_id, "")):
        if match.waiting.pathway_id == pathway_id:
            return candidate(place, match, line, {pathway_id: name})
    return None


def _blocked_by(met: Met, command: str) -> tuple[Reason, ...]:
    """Why no seat can be offered now, by the pathway's own rules."""
    permitted = decider_of(met.id).permitted(met.folded.state, met.context)
    return next((one.blocked_by for one in permitted if one.command == command), ())
