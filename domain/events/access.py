"""What can happen on a pathway about access: who somebody is, who pays, who may be told."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from domain.events.base import Event
from domain.patient import ContactWay, IdentifierKind, Language, PrimaryCareProvider

BenefitsOutcome = Literal["active", "inactive", "unknown"]

SharedRecord = Literal[
    "summary", "treatment_plan", "progress", "safety_plan", "discharge_summary", "records"
]
"""What may be shared with the primary care provider: which document, never its text."""


class IdentityConfirmed(Event):
    """The patient was recognised by these kinds of identifiers; their values are not kept.

    `address` is where the patient said they were at that moment, if that was asked.
    """

    kinds: tuple[IdentifierKind, ...]
    address: str | None = None


class SharingOptedOut(Event):
    """The patient does not want records shared with their primary care provider."""


class SharingOptedIn(Event):
    """The patient allows it again."""


class PcpNamed(Event):
    pcp: PrimaryCareProvider


class ContactPreferencesSet(Event):
    """The patient is reached by these ways only, the first before the others; by none: not at all.

    Language and addresses that are absent are as the referral says.
    """

    by: tuple[ContactWay, ...]
    language: Language | None = None
    email: str | None = None
    phone: str | None = None


class RecordShareAsked(Event):
    """`share` counts from 1. Whether the patient allows it is looked up when it is sent."""

    share: int
    what: SharedRecord


class BenefitsCheckAsked(Event):
    """`check` counts from 1."""

    check: int
    payer: str


class BenefitsVerified(Event):
    """What a payer said, or that the patient pays.

    `valid_until` is the last day of the benefits; `reverify_at` when they have to be looked at
    again, `lapse_at` when they end. `check` is the check that the payer answered, if one did.
    """

    payer: str
    outcome: BenefitsOutcome
    self_pay: bool = False
    valid_until: date | None = None
    reverify_at: AwareDatetime | None = None
    lapse_at: AwareDatetime | None = None
    check: int | None = None


class BenefitsLapsed(Event):
    """The benefits ended and nobody has verified that they go on."""

    payer: str


AccessEvent = (
    IdentityConfirmed
    | SharingOptedOut
    | SharingOptedIn
    | PcpNamed
    | ContactPreferencesSet
    | RecordShareAsked
    | BenefitsCheckAsked
    | BenefitsVerified
    | BenefitsLapsed
)
