"""The discharge of a patient as a guided form: what remains, what follows, why treatment ends."""

from dataclasses import replace
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from domain.commands.pathway import Discharge
from domain.pathway.state import Pathway
from projections.worklist.reading import items_of_subject
from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.discharge_remaining import followed_up, remaining, ways_out
from web.pages.forms.fields import Field, fields_of
from web.pages.forms.offered import STATES
from web.pages.groups.listed import title_by_id
from web.pages.rendering import page
from web.pages.visit import Visiting, meet
from web.pages.wording import patient_name
from web.rights.commands import may_submit
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_reading

HINTS = {
    "explanation": "What a colleague should know of how it ended.",
    "referred_to": "Another treatment, service or level of care.",
    "moved_to": "Only if the patient has moved.",
}
"""The fields besides the reason, in their order."""

router = APIRouter(prefix="/pathways", dependencies=[needs(Permission.READ_PATIENT)])


@router.get("/{pathway_id}/discharge")
async def discharge(pathway_id: str, visit: Visiting) -> HTMLResponse:
    """What remains before the discharge, and the form for it."""
    if not pathway_id.startswith("pathway-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    met = await meet(visit, pathway_id)
    await note_reading(visit.request, pathway_id)
    pathway: Pathway = met.folded.state
    ended = pathway.discharged_for is not None or pathway.status in ("closed", "erased")
    todo = [] if ended else await items_of_subject(visit.services.pool, pathway_id)
    return page(
        visit.request,
        "discharge/discharge.html",
        pathway_id=pathway_id,
        pathway=pathway,
        name=patient_name(pathway.referral.patient) if pathway.referral else None,
        phase=visit.clinic.phase_title(pathway.programme, pathway.phase),
        ended=ended,
        remaining=[] if ended else remaining(pathway_id, pathway, met.context, todo),
        ways_out=[] if ended else ways_out(pathway, met.context),
        followed_up=[] if ended else followed_up(pathway, met.context),
        group=await title_by_id(visit.request, pathway.group_id) if pathway.group_id else None,
        fields=_fields(),
        discharging=may_submit(visit.actor.role, "pathway", "discharge"),
        command_id=str(uuid4()),
    )


def _fields() -> list[Field]:
    named = {one.name: one for one in fields_of(Discharge, {"moved_to": STATES})}
    return [replace(named[name], hint=hint) for name, hint in HINTS.items()]
