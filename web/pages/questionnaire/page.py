"""The page on which a measure is entered for a patient, item by item or as a total from paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from domain.decider import Rejected
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.instrument import Instrument
from domain.pathway.state import Pathway
from domain.programmes.measures import Measure
from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.addresses import home_of
from web.pages.forms.answers import Wrong
from web.pages.questionnaire.answered import (
    answers_in,
    choices,
    missing_rule,
    preview,
)
from web.pages.rendering import page
from web.pages.running.sending import command_id, form_id, send
from web.pages.visit import Met, Visit, Visiting, meet
from web.pages.wording import patient_name
from web.rights.needs import needs, needs_of_kind, require_submitting
from web.rights.permissions import Permission
from web.rights.reading import note_reading
from workflows.client import EntityError

Brought = Mapping[str, Sequence[str]]

NOT_SENT = (
    "This was not recorded, because Temporal or its workers do not answer. What you entered stands "
    "below: press the button again in a moment."
)

router = APIRouter(
    prefix="/pathways",
    dependencies=[needs(Permission.SUBMIT), needs(Permission.READ_CLINICAL)],
)


@dataclass(frozen=True)
class Sheet:
    """One measure of one patient's programme; `instrument` is absent if only its score is known."""

    met: Met
    measure: Measure
    instrument: Instrument | None

    @property
    def pathway(self) -> Pathway:
        state: Pathway = self.met.folded.state
        return state


@dataclass(frozen=True)
class Said:
    """All that is wrong with what was sent, and the id under which it may be sent again."""

    wrong: Sequence[Wrong] = ()
    status: HTTPStatus = HTTPStatus.OK
    form: UUID = field(default_factory=uuid4)


@router.get("/{pathway_id}/measures/{measure}", dependencies=[needs_of_kind("pathway_id")])
async def ask(pathway_id: str, measure: str, visit: Visiting) -> HTMLResponse:
    """The form of a measure."""
    sheet = await _sheet(visit, pathway_id, measure)
    now = visit.services.now().astimezone(visit.clinic.zone)
    return _shown(visit, sheet, {"taken_at": [f"{now:%Y-%m-%dT%H:%M}"]}, Said())


@router.post("/{pathway_id}/measures/{measure}")
async def answer(pathway_id: str, measure: str, visit: Visiting) -> Response:
    """Record what was answered, once however often the button is pressed."""
    sheet = await _sheet(visit, pathway_id, measure)
    brought = await _brought(visit.request)
    form, do = form_id("".join(brought.get("form", ()))), "".join(brought.get("do", ("answers",)))
    id_ = command_id(form, do)
    try:
        data = _data(visit, sheet, brought, total=do == "total")
        await send(visit, pathway_id, id_, "record_measure", data)
    except Rejected as refusal:
        await note_reading(visit.request, pathway_id)
        wrong = [Wrong(reason.message) for reason in refusal.reasons]
        return _shown(visit, sheet, brought, Said(wrong, HTTPStatus.CONFLICT, form))
    except EntityError:
        await note_reading(visit.request, pathway_id)
        said = Said([Wrong(NOT_SENT)], HTTPStatus.SERVICE_UNAVAILABLE, form)
        return _shown(visit, sheet, brought, said)
    return RedirectResponse(home_of(pathway_id, done=str(id_)), HTTPStatus.SEE_OTHER)


@router.post("/{pathway_id}/measures/{measure}/preview")
async def look(pathway_id: str, measure: str, visit: Visiting) -> HTMLResponse:
    """What the answers so far come to: a fragment. It reads nothing of the patient."""
    require_submitting(visit.actor, pathway_id, "record_measure")
    instrument = INSTRUMENTS.get(measure)
    if instrument is None:
        raise NotFound("Carepath cannot score the answers to this measure.")
    found = preview(instrument, answers_in(await _brought(visit.request), instrument))
    return page(visit.request, "questionnaire/preview.html", preview=found, instrument=instrument)


async def _sheet(visit: Visit, pathway_id: str, measure_id: str) -> Sheet:
    if not pathway_id.startswith("pathway-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    require_submitting(visit.actor, pathway_id, "record_measure")
    met = await meet(visit, pathway_id)
    measure = met.context.programme.measure(measure_id) if met.context.programme else None
    if measure is None:
        raise NotFound("The patient's programme does not use this measure.")
    return Sheet(met, measure, INSTRUMENTS.get(measure_id))


def _shown(visit: Visit, sheet: Sheet, brought: Brought, said: Said) -> HTMLResponse:
    instrument = sheet.instrument
    answers = answers_in(brought, instrument) if instrument else {}
    referral = sheet.pathway.referral
    return page(
        visit.request,
        "questionnaire/questionnaire.html",
        status=said.status,
        said=said,
        pathway_id=sheet.met.id,
        name=patient_name(referral.patient) if referral else "Erased record",
        measure=sheet.measure,
        instrument=instrument,
        items=[(one, choices(one, instrument)) for one in instrument.items] if instrument else [],
        answers=answers,
        preview=preview(instrument, answers) if instrument else None,
        missing_rule=missing_rule(instrument) if instrument else None,
        before=[one for one in sheet.pathway.latest_scores if one.measure == sheet.measure.id],
        brought={name: "".join(given) for name, given in brought.items()},
    )


def _data(visit: Visit, sheet: Sheet, brought: Brought, *, total: bool) -> dict[str, Any]:
    """What the form says, as the command has it; what is missing there the rules tell."""
    one = {name: "".join(given).strip() for name, given in brought.items()}
    data: dict[str, Any] = {
        "measure": sheet.measure.id,
        "taken_at": _instant(one.get("taken_at", ""), visit),
    }
    if total or sheet.instrument is None:
        given = {name: one[name] for name in ("score", "risk_item") if one.get(name)}
        return data | given
    return data | {"answers": answers_in(brought, sheet.instrument)}


def _instant(written: str, visit: Visit) -> str:
    """A local time as an instant; what is no time is left to the command to refuse."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=visit.clinic.zone).isoformat()
    except ValueError:
        return written


async def _brought(request: Request) -> dict[str, list[str]]:
    form = await request.form()
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}
