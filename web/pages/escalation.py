"""The page of one escalation, from its own stream: the patient, who was called and who is next."""

from collections.abc import Sequence

from fastapi.responses import HTMLResponse

from domain.escalation.state import Escalation
from domain.events.envelope import RecordedEvent
from domain.events.escalation import Called
from domain.pathway.state import Pathway
from web.pages.forms.receipts import receipt_of, sentence_of
from web.pages.rendering import page
from web.pages.safety_board_calls import chains_of, next_call
from web.pages.safety_board_rows import MISSING, SOURCES
from web.pages.today_people import people_of
from web.pages.transitions import steps
from web.pages.visit import Met, Visit, meet_perhaps
from web.pages.wording import patient_name


async def escalation_page(visit: Visit, met: Met, done: str | None) -> HTMLResponse:
    """The escalation as the log has it now. Raises `ViewAbsent`, `StoreUnavailable`."""
    state: Escalation = met.folded.state
    chains = await chains_of(visit, [state.programme] if state.programme else [])
    return page(
        visit.request,
        "safety_board/escalation.html",
        escalation=state,
        name=await _name(visit, state),
        people=await people_of(visit.services.pool),
        sources=SOURCES,
        missing=[words for name, words in MISSING if getattr(state, name) is None],
        calls=_calls(met.events),
        next_call=await next_call(visit, state, chains),
        happened=[(one.effective_at, sentence_of(one)) for one in reversed(met.events)],
        steps=steps(met),
        receipt=receipt_of(met.events, done),
    )


def _calls(events: Sequence[RecordedEvent]) -> list[Called]:
    """Everybody who was called, in order, also before it had to be acknowledged anew."""
    return [one.event for one in events if isinstance(one.event, Called)]


async def _name(visit: Visit, escalation: Escalation) -> str | None:
    if escalation.pathway_id is None:
        return None
    pathway: Pathway = (await meet_perhaps(visit, escalation.pathway_id)).folded.state
    return patient_name(pathway.referral.patient) if pathway.referral else None
