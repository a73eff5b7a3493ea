"""The page on which a session of one patient is run: attested, checked, recorded, risk told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, get_args
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from domain.decider import Rejected
from domain.us_states import UsState
from web.errors import NotFound
from web.pages.addresses import home_of
from web.pages.forms.answers import Unreadable, Wrong
from web.pages.forms.receipts import receipt_of
from web.pages.individual.entering import at_first, concern, recording
from web.pages.individual.judging import judged
from web.pages.individual.sitting import Sitting, sitting_of
from web.pages.rendering import page
from web.pages.running.entered import Entered
from web.pages.running.page import AROUND, NOT_SENT
from web.pages.running.sending import command_id, form_id, send
from web.pages.visit import Visit, Visiting
from web.rights.needs import needs, needs_of_kind, require_submitting
from web.rights.permissions import Permission
from workflows.client import EntityError

Which = Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9_-]+$")]

router = APIRouter(
    prefix="/pathways",
    dependencies=[needs(Permission.SUBMIT), needs_of_kind("pathway_id")],
)


@dataclass(frozen=True)
class Said:
    """What the page says of the last button: what came of it, or all that is wrong."""

    done: Sequence[str] = ()
    about: str | None = None
    wrong: Sequence[Wrong] = ()
    status: HTTPStatus = HTTPStatus.OK
    form: UUID = field(default_factory=uuid4)


@router.get("/{pathway_id}/sessions/{which}")
async def session(pathway_id: str, which: Which, visit: Visiting) -> HTMLResponse:
    """The session that is to be recorded: a booking's number, or a kind that nobody booked."""
    require_submitting(visit.actor, pathway_id, "record_session")
    sitting = await sitting_of(visit, pathway_id, which)
    return await _shown(visit, sitting, at_first(sitting, visit.clinic.zone), Said())


@router.post("/{pathway_id}/sessions/{which}")
async def act(pathway_id: str, which: Which, visit: Visiting) -> Response:
    """Record the session, or raise a concern at once and stay. All that was entered stays."""
    require_submitting(visit.actor, pathway_id, "record_session")
    brought = await _brought(visit.request)
    entered = Entered({name: given for name, given in brought.items() if name not in AROUND})
    form, do = form_id("".join(brought.get("form", []))), "".join(brought.get("do", ["look"]))
    sitting = await sitting_of(visit, pathway_id, which)
    worried = do.startswith("concern")
    if not worried and do != "record":
        return await _shown(visit, sitting, entered, Said())
    id_ = command_id(form, "concern" if worried else "record")
    try:
        command = "raise_concern" if worried else "record_session"
        data = (
            concern(sitting, entered) if worried else recording(sitting, entered, visit.clinic.zone)
        )
        await send(visit, pathway_id, id_, command, data)
    except Unreadable as unreadable:
        said = Said(wrong=unreadable.wrong, status=HTTPStatus.BAD_REQUEST, form=form)
    except Rejected as refusal:
        wrong = tuple(Wrong(one.message) for one in refusal.reasons)
        said = Said(wrong=wrong, status=HTTPStatus.CONFLICT, form=form)
    except EntityError:
        said = Said(wrong=(Wrong(NOT_SENT),), status=HTTPStatus.SERVICE_UNAVAILABLE, form=form)
    else:
        if not worried:
            return RedirectResponse(home_of(pathway_id, done=str(id_)), HTTPStatus.SEE_OTHER)
        return await _worried(visit, pathway_id, which, entered, id_)
    return await _shown(visit, sitting, entered, said)


@router.post("/{pathway_id}/sessions/{which}/look")
async def look(pathway_id: str, which: Which, visit: Visiting) -> Response:
    """What the rules say to what is entered just now: a fragment, and nothing is recorded.

    A look that comes after the session was recorded has nothing to judge any more.
    """
    try:
        sitting = await sitting_of(visit, pathway_id, which)
    except NotFound:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    found = await judged(visit, sitting, Entered(await _brought(visit.request)))
    return page(visit.request, "individual/looked.html", judged=found, sitting=sitting)


async def _worried(
    visit: Visit, pathway_id: str, which: str, entered: Entered, id_: UUID
) -> HTMLResponse:
    """The page as it was left, with what the concern came to."""
    sitting = await sitting_of(visit, pathway_id, which)
    done = receipt_of(sitting.met.events, str(id_)) or ["The concern is raised."]
    kept = entered.without([f"level.{pathway_id}"])
    return await _shown(visit, sitting, kept, Said(done=done, about=pathway_id))


async def _shown(visit: Visit, sitting: Sitting, entered: Entered, said: Said) -> HTMLResponse:
    return page(
        visit.request,
        "individual/session.html",
        status=said.status,
        sitting=sitting,
        entered=entered,
        said=said,
        wrong_at={one.field.name: one.message for one in said.wrong if one.field},
        states=get_args(UsState),
        judged=await judged(visit, sitting, entered),
    )


async def _brought(request: Request) -> dict[str, list[str]]:
    form = await request.form()
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}
