"""A pathway, and a request for records, as what they disclose tells them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from domain.events.access import BenefitsCheckAsked, PcpNamed, RecordShareAsked
from domain.events.base import Event
from domain.events.effects import EffectSettled
from domain.events.erased import ContentErased
from domain.events.exports import Basis, Disclosed, ExportScope
from domain.events.pathway import Erased, Referred
from domain.events.records_request import Denied, Fulfilled, Received, Withdrawn
from domain.events.records_request import Erased as RequestErased
from domain.pathway.asking import BENEFITS_CHECK, SHARE_RECORD, numbered
from domain.value import Value

Recipient = Literal["primary_care_provider", "payer", "patient", "other"]
"""`other`: whoever got a disclosure bundle, by the name that was given."""

Purpose = Basis

Outcome = Literal[
    "asked",
    "done",
    "refused",
    "failed",
    "lapsed",
    "suppressed",
    "perhaps_received",
    "denied",
    "withdrawn",
]
"""`asked`: nothing is known to have gone out yet; `suppressed`: the patient opted out of it.

`perhaps_received`: it failed, or was suppressed, after it had been sent and no answer had come.
"""

EXPORTED: Mapping[ExportScope, str] = {
    "patient": "records",
    "period": "records_of_a_period",
    "all": "whole_log",
}
"""What a bundle gives of a patient, by its scope."""

Known = Literal["absent", "known", "erased"]


class Disclosure(Value):
    """One thing that was to be given to somebody. `effect` is what settles it, if one does.

    `to` is a name, absent for the patient. `settled_at` is when it was given, or was not.
    """

    recipient: Recipient
    to: str | None
    what: str
    purpose: Purpose
    asked_at: AwareDatetime
    effect: str | None = None
    settled_at: AwareDatetime | None = None
    outcome: Outcome = "asked"
    reasons: tuple[str, ...] = ()


class Disclosing(Value):
    """What a pathway, a request or exports have disclosed, in the order in which it was asked for.

    `pcp` is who is the primary care provider now.
    """

    status: Known = "absent"
    pathway_id: str | None = None
    pcp: str | None = None
    disclosures: tuple[Disclosure, ...] = ()


def by_pathway(before: Disclosing, event: Event) -> Disclosing:
    """The same after one more event of a pathway."""
    match event:
        case Erased() | ContentErased():
            return Disclosing(status="erased")
        case Referred():
            return before.model_copy(update={"status": "known"})
        case PcpNamed(pcp=pcp):
            return before.model_copy(update={"pcp": pcp.name})
        case RecordShareAsked() | BenefitsCheckAsked():
            disclosures = (*before.disclosures, _asked(before, event))
            return before.model_copy(update={"disclosures": disclosures})
        case EffectSettled():
            settled = tuple(_settled(before, event))
            return before.model_copy(update={"disclosures": settled})
        case _:
            return before


def by_request(before: Disclosing, event: Event) -> Disclosing:
    """The same after one more event of a request; an amendment gives nobody anything."""
    match event:
        case RequestErased() | ContentErased():
            return Disclosing(status="erased")
        case Received(pathway_id=pathway_id, kind=kind):
            asked = (_requested(event.at),) if kind == "access" else ()
            return Disclosing(status="known", pathway_id=pathway_id, disclosures=asked)
        case Fulfilled(at=at, what=what, how=how):
            return _answered(before, at, "done", what=what, reasons=(how,))
        case Denied(at=at, ground=ground):
            return _answered(before, at, "denied", reasons=(ground,))
        case Withdrawn(at=at):
            return _answered(before, at, "withdrawn")
        case _:
            return before


def by_export(before: Disclosing, event: Event) -> Disclosing:
    """The exports of a patient's record after one more; it was given as it was recorded."""
    match event:
        case Erased() | ContentErased():
            return Disclosing(status="erased")
        case Disclosed():
            given = (*before.disclosures, _exported(event))
            return before.model_copy(update={"status": "known", "disclosures": given})
        case _:
            return before


def _exported(event: Disclosed) -> Disclosure:
    return Disclosure(
        recipient="patient" if event.basis == "right_of_access" else "other",
        to=event.recipient,
        what=EXPORTED[event.scope],
        purpose=event.basis,
        asked_at=event.at,
        settled_at=event.at,
        outcome="done",
        reasons=("bundle", event.bundle),
    )


def _asked(before: Disclosing, event: RecordShareAsked | BenefitsCheckAsked) -> Disclosure:
    if isinstance(event, RecordShareAsked):
        return Disclosure(
            recipient="primary_care_provider",
            to=before.pcp,
            what=event.what,
            purpose="treatment",
            asked_at=event.at,
            effect=f"{SHARE_RECORD}-{event.share}",
        )
    return Disclosure(
        recipient="payer",
        to=event.payer,
        what="eligibility",
        purpose="payment",
        asked_at=event.at,
        effect=f"{BENEFITS_CHECK}-{event.check}",
    )


def _settled(before: Disclosing, event: EffectSettled) -> Iterable[Disclosure]:
    """What is shared goes to whoever is the provider when it is sent, and then only once.

    Who was the provider when it was asked for perhaps has what nobody answered for.
    """
    for one in before.disclosures:
        if one.effect != event.effect:
            yield one
            continue
        shared = numbered(event.effect)[0] == SHARE_RECORD
        outcome = _outcome(event)
        yield one.model_copy(
            update={
                "to": before.pcp if shared and outcome != "perhaps_received" else one.to,
                "settled_at": event.at,
                "outcome": outcome,
                "reasons": event.reasons,
            }
        )


def _outcome(event: EffectSettled) -> Outcome:
    return "perhaps_received" if "perhaps_received" in event.reasons else event.outcome


def _requested(at: datetime) -> Disclosure:
    return Disclosure(
        recipient="patient", to=None, what="records", purpose="right_of_access", asked_at=at
    )


def _answered(before: Disclosing, at: datetime, outcome: Outcome, **said: object) -> Disclosing:
    changes = {"settled_at": at, "outcome": outcome, **said}
    answered = tuple(one.model_copy(update=changes) for one in before.disclosures)
    return before.model_copy(update={"disclosures": answered})
