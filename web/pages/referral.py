"""Referring a patient: by hand in a form, or by the bundles that a sender's system wrote."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile
from starlette.status import HTTP_303_SEE_OTHER, HTTP_400_BAD_REQUEST, HTTP_409_CONFLICT

from activities.fhir import MAX_BYTES
from web.errors import UNKNOWN_ENTITY, BadRequest, NotFound
from web.intake import take_in
from web.outcome import ACCEPTED, DUPLICATE, Intake
from web.pages.forms.answers import Brought, Unreadable, Wrong, command_of
from web.pages.patient.missing import doors
from web.pages.referral_form import (
    ReferredByHand,
    bundle_of,
    referral_fields,
    refused_at,
    sections,
)
from web.pages.referral_outcome import Told, told
from web.pages.rendering import page
from web.pages.visit import Visit, Visiting, meet
from web.pages.wording import patient_name
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_reading

FILES = 20
"""Bundles taken at once."""

router = APIRouter(prefix="/referrals", dependencies=[needs(Permission.REFER)])


@router.get("/new")
async def ask(visit: Visiting) -> HTMLResponse:
    """The form, and the way in for bundles."""
    return _form(visit, {"urgency": ["routine"]}, uuid4())


@router.post("/new")
async def by_hand(visit: Visiting) -> Response:
    """Take in what the form says; a refusal keeps what was written."""
    brought = _brought(await visit.request.form())
    number = _number(brought)
    try:
        answers = command_of(ReferredByHand, referral_fields(), brought, visit.clinic.zone)
    except Unreadable as unreadable:
        return _form(visit, brought, number, wrong=unreadable.wrong, status=HTTP_400_BAD_REQUEST)
    if not isinstance(answers, ReferredByHand):
        raise BadRequest(DAMAGED)
    intake = await take_in(
        visit.services, bundle_of(answers, str(number)), visit.actor, _programme(brought)
    )
    if intake.pathway_id is None:
        wrong = refused_at(intake.reasons, referral_fields())
        return _form(
            visit, brought, number, wrong=wrong, told=told(intake), status=HTTP_409_CONFLICT
        )
    return RedirectResponse(
        f"/referrals/{intake.pathway_id}?outcome={intake.outcome}", HTTP_303_SEE_OTHER
    )


@router.post("/bundles")
async def by_bundle(visit: Visiting) -> Response:
    """Take in each file, and tell what became of each."""
    async with visit.request.form(max_files=FILES) as form:
        files = [one for one in form.getlist("bundle") if isinstance(one, UploadFile)]
        chosen = [one for one in files if one.filename]
        if not chosen:
            wrong = [Wrong("Choose a file: a referral as a FHIR R4 bundle in JSON.")]
            return _form(visit, {}, uuid4(), wrong=wrong, status=HTTP_400_BAD_REQUEST)
        outcomes = [await _taken_in(visit, one, _programme(_brought(form))) for one in chosen]
    return page(visit.request, "referral/outcomes.html", outcomes=outcomes)


@router.get("/{pathway_id}")
async def outcome(
    pathway_id: str, visit: Visiting, outcome: Literal["accepted", "duplicate"]
) -> HTMLResponse:
    """What became of a referral that led to a pathway, and what that needs first."""
    if not pathway_id.startswith("pathway-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    met = await meet(visit, pathway_id)
    await note_reading(visit.request, pathway_id)
    pathway = met.folded.state
    name = patient_name(pathway.referral.patient) if pathway.referral else None
    return page(
        visit.request,
        "referral/outcome.html",
        pathway_id=pathway_id,
        told=told(Intake(outcome=outcome, pathway_id=pathway_id)),
        name=name,
        pathway=pathway,
        phase=visit.clinic.phase_title(pathway.programme, pathway.phase),
        doors=doors(pathway_id, pathway, met.context) if outcome == ACCEPTED else [],
        duplicate=outcome == DUPLICATE,
    )


DAMAGED = "This form is damaged: open it again."


async def _taken_in(visit: Visit, file: UploadFile, programme: str | None) -> Told:
    content = await file.read(MAX_BYTES + 1)
    document = content if len(content) <= MAX_BYTES else None
    intake = await take_in(visit.services, document, visit.actor, programme)
    return told(intake, file.filename)


def _form(
    visit: Visit,
    brought: Brought,
    number: UUID,
    *,
    wrong: Sequence[Wrong] = (),
    told: Told | None = None,
    status: int = 200,
) -> HTMLResponse:
    programmes = [(one.id, one.title) for one in visit.clinic.programmes]
    return page(
        visit.request,
        "referral/new.html",
        status=status,
        sections=sections(referral_fields()),
        brought={name: list(values) for name, values in brought.items()},
        number=str(number),
        wrong=wrong,
        wrong_at={one.field.name: one.message for one in wrong if one.field},
        told=told,
        programmes=programmes,
        programme=_programme(brought) or visit.services.programme,
        most=MAX_BYTES // 2**20,
    )


def _brought(form: FormData) -> dict[str, list[str]]:
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}


def _number(brought: Brought) -> UUID:
    try:
        return UUID(brought["number"][0], version=4)
    except (KeyError, IndexError, ValueError):
        raise BadRequest(DAMAGED) from None


def _programme(brought: Brought) -> str | None:
    given = brought.get("programme", ())
    return given[0] or None if given else None
