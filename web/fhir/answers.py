"""POST /fhir/QuestionnaireResponse: a patient's answers, recorded as somebody records them by page.

What nobody asked for now is recorded all the same, with a warning: a risk must not go unheard
because a form came early.
"""

import asyncio
from collections.abc import Iterator, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from activities.fhir import InvalidDocument
from activities.fhir.problems import expression
from activities.fhir.record.chart import url_of
from activities.fhir.response import (
    RESPONSE,
    RISK_NOT_RECORDED,
    Answered,
    read_response,
    tells_risk,
)
from domain.actor import Actor
from domain.commands.submission import Submission
from domain.decider import Reason, Rejected
from domain.events.envelope import RecordedEvent
from domain.events.pathway import MeasureRecorded
from domain.fold import fold
from domain.pathway import PATHWAY
from web.fhir.content import command_of, created, sent, url
from web.fhir.outcome import REFUSED, FhirRefused, Json, issue, outcome, refusal
from web.fhir.referrals import REPLAYED
from web.fhir.speaking import count
from web.outcome import ACCEPTED
from web.rights.needs import needs, require_submitting
from web.rights.permissions import Permission
from web.security import FHIR, Acting
from web.services import Services, Serving
from web.submitting import readable, submit

COMMAND = "record_measure"

NOT_ASKED_FOR = Reason(
    code="not_asked_for",
    message="Recorded. Nobody had asked for this instrument at that time: it answers no occasion "
    "of the schedule, which stays due.",
)
RECORDED = Reason(code=ACCEPTED, message="Recorded.")

_ABOUT: Mapping[str, tuple[str, ...]] = {
    "in_the_future": ("authored",),
    "before_referral": ("authored",),
    "unknown_measure": ("questionnaire",),
    "other_patient": ("subject", "identifier"),
    "invalid": ("authored",),
}
"""The element that a refusal is about, by its code: the subject, whose pathway it is, if none."""

router = APIRouter(prefix=FHIR)


@router.post(f"/{RESPONSE}", dependencies=[needs(Permission.SUBMIT)])
async def answer(request: Request, services: Serving, actor: Acting) -> Response:
    """Record the answers of a completed QuestionnaireResponse, once however often it comes."""
    document = await sent(request)
    try:
        answered = await asyncio.to_thread(read_response, document)
    except InvalidDocument as invalid:
        raise refusal(RESPONSE, invalid.problems) from None
    pathway_id = answered.pathway_id
    require_submitting(actor, pathway_id, COMMAND)
    try:
        submission = _submission(services, answered, document, actor)
        await _require_patient(services, answered)
        earlier = await services.store.command_result(pathway_id, submission.command_id)
        await submit(services, pathway_id, submission)
    except Rejected as refused:
        raise FhirRefused(REFUSED, _issues(refused, answered)) from None
    count(request.scope, REPLAYED if earlier else ACCEPTED)
    recorded = await _recorded(services, submission, pathway_id)
    return _created(request, services, recorded)


def _submission(
    services: Services, answered: Answered, document: bytes, actor: Actor
) -> Submission:
    """Raises `Rejected` for what no command can say."""
    given: dict[str, object] = {
        "measure": answered.instrument.id,
        "answers": dict(answered.answers),
        "taken_at": answered.taken_at.isoformat(),
    }
    command, data = readable(answered.pathway_id, COMMAND, given)
    return Submission(
        command_id=command_of(services, answered.pathway_id, document),
        command=command,
        data=data,
        actor=actor,
    )


async def _require_patient(services: Services, answered: Answered) -> None:
    """Raise `Rejected` unless the subject is a patient here, and the one whose number is sent."""
    stream = await services.store.read_stream(answered.pathway_id)
    referral = fold(PATHWAY, stream).state.referral
    if referral is None:
        message = "Nobody here has this id: send that with which the referral was answered."
        raise Rejected(Reason(code="unknown_patient", message=message))
    number = answered.record_number
    if number is not None and number != referral.patient.record_number:
        message = "Reference and identifier are two patients': check whose answers these are."
        raise Rejected(Reason(code="other_patient", message=message))


def _issues(refused: Rejected, answered: Answered) -> Iterator[Json]:
    for reason in refused.reasons:
        yield issue(reason, expression(RESPONSE, _ABOUT.get(reason.code, ("subject",))))
    if tells_risk(answered.instrument, answered.answers):
        yield issue(RISK_NOT_RECORDED, severity="fatal")


async def _recorded(
    services: Services, submission: Submission, pathway_id: str
) -> RecordedEvent | None:
    """The event that the command has led to, also if it came before."""
    stream = await services.store.read_stream(pathway_id)
    own = (one for one in stream if one.origin.command_id == submission.command_id)
    return next((one for one in own if isinstance(one.event, MeasureRecorded)), None)


def _created(request: Request, services: Services, recorded: RecordedEvent | None) -> Response:
    said, path = RECORDED, RESPONSE
    if recorded and isinstance(recorded.event, MeasureRecorded):
        own = url_of(recorded.stream_id, f"response-{recorded.event_id}")
        path = f"{RESPONSE}/{own.removeprefix('urn:uuid:')}"
        said = RECORDED if recorded.event.occasions else NOT_ASKED_FOR
    told = (
        issue(said, severity="information")
        if said is RECORDED
        else issue(said, f"{RESPONSE}.authored", "warning")
    )
    return created(outcome([told]), url(request, services, path))
