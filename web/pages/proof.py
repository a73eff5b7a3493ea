"""The proof: verifying that nobody rewrote the log, and proving that an event is in it."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER, HTTP_400_BAD_REQUEST

from eventstore.seal.errors import SealError
from eventstore.seal.keyring import KeyRing
from eventstore.seal.state import seal_state
from web.errors import BadRequest
from web.pages.proof_event import LARGEST, Proved, proved
from web.pages.proof_verifying import Run, verifying_of
from web.pages.proof_words import told
from web.pages.rendering import page
from web.pages.visit import Visit, Visiting
from web.provable import NotProvable, Provable, fingerprint
from web.rights.needs import needs
from web.rights.permissions import Permission

router = APIRouter(prefix="/audit/proof", dependencies=[needs(Permission.READ_AUDIT)])

Size = Annotated[int, Form(ge=0, le=LARGEST)]
Event = Annotated[str, Query(max_length=40)]


@router.get("")
async def overview(visit: Visiting) -> HTMLResponse:
    """How far the log is sealed, what the last verification found, and what can be asked."""
    return await _page(visit)


@router.post("/verify")
async def begin(visit: Visiting, since: Size = 0) -> RedirectResponse:
    """Begin to verify the log since a checkpoint, and go back to the page, which tells of it."""
    run = Run(by=visit.actor, since=since, begun_at=visit.services.now())
    verifying_of(visit.request.app).begin(provable_of(visit), run)
    return RedirectResponse("/audit/proof", HTTP_303_SEE_OTHER)


@router.get("/event")
async def event(visit: Visiting, event: Event = "") -> HTMLResponse:
    """The proof that an event is in the log, named by its number or its id."""
    try:
        found = await proved(visit.request, provable_of(visit), event)
    except BadRequest as wrong:
        return await _page(visit, asked=event, wrong=wrong.message)
    return await _page(visit, asked=event, found=found)


@router.get("/event.tlog-proof")
async def download(visit: Visiting, event: Event) -> PlainTextResponse:
    """The same as a file that other programs check (C2SP tlog-proof)."""
    found = await proved(visit.request, provable_of(visit), event)
    name = f"event-{found.envelope['seq']}.tlog-proof"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(found.proof.text, headers=headers)


async def _page(
    visit: Visit, asked: str = "", wrong: str | None = None, found: Proved | None = None
) -> HTMLResponse:
    verifying = verifying_of(visit.request.app)
    latest = verifying.latest
    verified = latest.verified if latest else None
    async with visit.services.pool.acquire() as connection:
        seal = await seal_state(connection)
    return page(
        visit.request,
        "proof/proof.html",
        status=HTTP_400_BAD_REQUEST if wrong else 200,
        run=latest,
        findings=[told(one) for one in verified.findings] if verified else [],
        whole_up_to=verifying.whole_up_to,
        seal=seal,
        key=_key(provable_of(visit)),
        asked=asked,
        wrong=wrong,
        found=found,
    )


def provable_of(visit: Visit) -> Provable:
    """What the composition root has told. Raises `NotProvable`."""
    if visit.services.provable is None:
        raise NotProvable
    return visit.services.provable


def _key(provable: Provable) -> str | None:
    """The fingerprint of the key that signs now; None while there is none yet."""
    try:
        ring: KeyRing = provable.ring()
    except SealError:
        return None
    return fingerprint(ring.current)
