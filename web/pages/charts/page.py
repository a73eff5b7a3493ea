"""The page of a patient's measures: every chart at once, to look at side by side or to print."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.status import HTTP_204_NO_CONTENT

from domain.pathway.state import Pathway
from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.charts.patients import charts_of
from web.pages.rendering import page
from web.pages.visit import Visiting, meet
from web.pages.wording import patient_name
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_reading

router = APIRouter(prefix="/pathways", dependencies=[needs(Permission.READ_CLINICAL)])


@router.get("/{pathway_id}/measures")
async def measures(
    pathway_id: str,
    visit: Visiting,
    seen: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> Response:
    """All that was measured. A page that has `seen` this version already is told nothing.

    Everything else is recorded as a read, as of the pathway's own page.
    """
    if not pathway_id.startswith("pathway-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    met = await meet(visit, pathway_id)
    if seen == met.folded.version:
        return Response(status_code=HTTP_204_NO_CONTENT)
    await note_reading(visit.request, pathway_id)
    pathway: Pathway = met.folded.state
    programme = met.context.programme
    return page(
        visit.request,
        "charts/measures.html",
        pathway_id=pathway_id,
        version=met.folded.version,
        pathway=pathway,
        name=patient_name(pathway.referral.patient) if pathway.referral else "Erased record",
        programme=programme,
        charts=charts_of(met.events, pathway, programme, visit.clinic, visit.actor),
        all_open=True,
    )
