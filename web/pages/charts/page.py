"""The page of a patient's measures: every chart at once, to look at side by side or to print."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from domain.pathway.state import Pathway
from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.charts.patients import charts_of
from web.pages.rendering import page
from web.pages.visit import Visiting, meet
from web.pages.wording import patient_name
from web.rights.needs import needs, needs_of_kind
from web.rights.permissions import Permission

router = APIRouter(
    prefix="/pathways",
    dependencies=[needs(Permission.READ_CLINICAL), needs_of_kind("pathway_id")],
)


@router.get("/{pathway_id}/measures")
async def measures(pathway_id: str, visit: Visiting) -> HTMLResponse:
    """All that was measured, as it is now: each look is recorded, so the page does not refresh."""
    if not pathway_id.startswith("pathway-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    met = await meet(visit, pathway_id)
    pathway: Pathway = met.folded.state
    programme = met.context.programme
    return page(
        visit.request,
        "charts/measures.html",
        pathway_id=pathway_id,
        pathway=pathway,
        name=patient_name(pathway.referral.patient) if pathway.referral else "Erased record",
        programme=programme,
        charts=charts_of(met.events, pathway, programme, visit.clinic, visit.actor),
        all_open=True,
    )
