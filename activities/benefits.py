"""Verifying benefits: ask a payer, come back until it has answered, or leave it to a person.

The inquiry and the answer are JSON of our own, after X12 270 and 271 (005010X279A1), for a
clearing house or a gateway in front of one:

    POST <url>             Idempotency-Key: <effect id>
      {"transaction": "270", "trace": "<effect id>", "service_type": "MH", "payer": {"name": …},
       "subscriber": {"member_id": …, "family_name": …, "given_names": […], "birth_date": …}}
      → 202 {"reference": "<opaque>"}, or at once 200 with the answer
    GET <url>/<reference>
      → 202 (not yet; Retry-After is heeded)
      → 200 {"transaction": "271", "outcome": "active" | "inactive" | "unknown",
             "valid_until": "YYYY-MM-DD" or absent}
      → 404 (the reference is not known any more: the inquiry is made anew)

Any other status means what `activities/calls.py` says. What the payer answers becomes the pathway's
command `benefits_answered`.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID, uuid5

import httpx
from pydantic import ValidationError

from activities.calls import Endpoint, json_of, retry_after
from activities.causes import ERASED, cause_of
from activities.contracts import EffectRequest
from activities.ledger import Ledger
from activities.ports import DONE, Impossible, Settled, TryAgain
from domain.actor import Actor
from domain.commands.submission import Receipt, Submission
from domain.decider import Rejected
from domain.events.access import BenefitsCheckAsked, BenefitsOutcome
from domain.fold import fold
from domain.pathway import PATHWAY
from domain.patient import Referral
from domain.value import Value
from eventstore.store import EventStore

PAYER = Actor(subject="payer", role="service")
"""Says what a payer answered."""

UNANSWERED = "benefits_unanswered"

_FIRST_LOOK = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(minutes=30)
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,199}")


class Entities(Protocol):
    """The way to the pathway that asked."""

    async def submit(self, entity_id: str, submission: Submission) -> Receipt:
        """Give a running entity a command. Raises `Rejected`."""


class Answer(Value):
    """What a payer answered; `valid_until` is the last day."""

    transaction: Literal["271"]
    outcome: BenefitsOutcome
    valid_until: date | None = None


def _now() -> datetime:
    return datetime.now(UTC)


class BenefitsVerification:
    """Asks once per effect id, and looks again at each attempt until `within` has passed."""

    def __init__(
        self,
        store: EventStore,
        endpoint: Endpoint,
        ledger: Ledger,
        entities: Entities,
        *,
        within: timedelta,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._endpoint = endpoint
        self._ledger = ledger
        self._entities = entities
        self._within = within
        self._now = now

    async def perform(self, request: EffectRequest) -> Settled:
        """Raises `TryAgain` while the payer thinks, `Impossible` when a person has to ask."""
        stream = await self._store.read_stream(request.entity_id)
        cause = cause_of(request.pending, stream, BenefitsCheckAsked)
        referral = fold(PATHWAY, stream).state.referral
        if cause is None or referral is None:
            return ERASED
        waited = self._now() - cause.recorded_at
        if waited >= self._within:
            raise Impossible(UNANSWERED)
        inquiry = _inquiry(request.pending.id, cause.event, referral)
        answer = await self._answer(request.pending.id, inquiry, self._pause(waited))
        return await self._tell(request, cause.event, answer)

    async def _answer(self, effect_id: UUID, inquiry: bytes, pause: timedelta) -> Answer:
        reference = await self._ledger.line(effect_id)
        if reference is None:
            answered = await self._endpoint.post(inquiry, {"idempotency-key": str(effect_id)})
            if answered.status_code == httpx.codes.OK:
                return _read(answered)
            reference = _reference(answered)
            await self._ledger.note(effect_id, reference)
        looked = await self._endpoint.look(f"/{reference}")
        if looked is None:
            # The next attempt asks anew, under the same key.
            await self._ledger.strike(effect_id)
            raise TryAgain(UNANSWERED, pause)
        if looked.status_code != httpx.codes.OK:
            raise TryAgain(UNANSWERED, retry_after(looked) or pause)
        return _read(looked)

    def _pause(self, waited: timedelta) -> timedelta:
        """As long again as was waited already: a slow payer is asked seldom, at last when due."""
        return min(max(waited, _FIRST_LOOK), _LONGEST_PAUSE, self._within - waited)

    async def _tell(
        self, request: EffectRequest, asked: BenefitsCheckAsked, answer: Answer
    ) -> Settled:
        """The same command at every attempt: the log takes it once."""
        said = answer.model_dump(mode="json", include={"outcome", "valid_until"})
        submission = Submission(
            command_id=uuid5(request.pending.id, "answered"),
            command="benefits_answered",
            data={"check": asked.check, "payer": asked.payer, **said},
            actor=PAYER,
            causation_id=request.pending.caused_by,
        )
        try:
            await self._entities.submit(request.entity_id, submission)
        except Rejected as refusal:
            codes = tuple(reason.code for reason in refusal.reasons)
            return Settled(outcome="refused", reasons=codes)
        return DONE


def _inquiry(effect_id: UUID, asked: BenefitsCheckAsked, referral: Referral) -> bytes:
    """Who is insured where, and nothing of why; a member's number only for its own payer."""
    patient, coverage = referral.patient, referral.coverage
    theirs = coverage is not None and coverage.payer == asked.payer
    document = {
        "transaction": "270",
        "trace": str(effect_id),
        "service_type": "MH",
        "payer": {"name": asked.payer},
        "subscriber": {
            "member_id": coverage.member_id if coverage and theirs else None,
            "family_name": patient.family_name,
            "given_names": list(patient.given_names),
            "birth_date": patient.birth_date.isoformat(),
        },
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _reference(answered: httpx.Response) -> str:
    document = json_of(answered)
    reference = document.get("reference") if isinstance(document, dict) else None
    if not isinstance(reference, str) or not _REFERENCE.fullmatch(reference):
        raise Impossible("benefits_answer_unreadable")
    return reference


def _read(answered: httpx.Response) -> Answer:
    """The answer; fields that are none of ours are left out."""
    document = json_of(answered)
    known = document if isinstance(document, dict) else {}
    try:
        return Answer.model_validate({k: v for k, v in known.items() if k in Answer.model_fields})
    except ValidationError:
        raise Impossible("benefits_answer_unreadable") from None
