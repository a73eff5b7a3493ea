"""An entity that has no page of its own yet: what may be done with it, and what happened."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from web.pages.addresses import HOMES, home_of
from web.pages.escalation import escalation_page
from web.pages.forms.receipts import receipt_of, sentence_of
from web.pages.rendering import page
from web.pages.transitions import steps
from web.pages.visit import Visiting, meet
from web.pages.wording import in_words, sentence
from web.rights.needs import needs_of_kind

router = APIRouter(prefix="/entities", dependencies=[needs_of_kind()])


@router.get("/{entity_id}")
async def entity(entity_id: str, visit: Visiting, done: str | None = None) -> Response:
    """The entity as the log has it now."""
    met = await meet(visit, entity_id)
    if met.kind in HOMES:
        return RedirectResponse(home_of(entity_id), HTTP_303_SEE_OTHER)
    if met.kind == "escalation":
        return await escalation_page(visit, met, done)
    return page(
        visit.request,
        "entity.html",
        title=sentence(in_words(met.kind)),
        steps=steps(met),
        happened=[(one.effective_at, sentence_of(one)) for one in reversed(met.events)],
        receipt=receipt_of(met.events, done),
    )
