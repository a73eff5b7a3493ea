"""What may be asked of a pathway about access: who somebody is, who pays, who may be told."""

from datetime import date
from typing import Annotated

from pydantic import Field, PositiveInt

from domain.commands.base import Command, Dated
from domain.events.access import BenefitsOutcome, SharedRecord
from domain.patient import ContactWay, Identifier, Language, PrimaryCareProvider
from domain.value import Instant, Name, Text

LastDay = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]


class ConfirmIdentity(Command):
    """Record that the patient was recognised by two identifiers, which are compared, not kept.

    It was now, or `at`: on the day on which the referral was taken at the earliest. Whoever meets
    the patient from afar asks for the `address` where they are, so that help can be sent there.
    """

    identifiers: tuple[Identifier, ...] = Field(max_length=6)
    address: Text | None = None
    at: Instant | None = None


class OptOutOfSharing(Dated):
    """Record that the patient wants no records shared with their primary care provider."""


class OptInToSharing(Dated):
    """Record that the patient allows it again."""


class NamePcp(Dated):
    """Record who the patient's primary care provider is."""

    pcp: PrimaryCareProvider


class SetContactPreferences(Dated):
    """Record how the patient wants to be reached: by these ways, in this order, and no other.

    None: not at all. A letter is written by a person. Language and addresses that are absent are
    as the referral says.
    """

    by: tuple[ContactWay, ...] = Field(max_length=3)
    language: Language | None = None
    email: Name | None = None
    phone: Name | None = None


class ShareRecord(Command):
    """Have a document sent to the primary care provider, unless the patient has opted out by then.

    Which it is said by `what`; the adapter that sends it has the text.
    """

    what: SharedRecord


class RequestBenefitsCheck(Command):
    """Ask the payer of the referral, or another, whether the patient's benefits are active."""

    payer: Name | None = None


class VerifyBenefits(Dated):
    """Record what a payer said, or that the patient pays. `valid_until` is the last day."""

    payer: Name
    outcome: BenefitsOutcome
    valid_until: LastDay | None = None
    self_pay: bool = False


class BenefitsAnswered(Command):
    """Say what the payer answered to a check. Sent by the adapter."""

    check: PositiveInt
    payer: Name
    outcome: BenefitsOutcome
    valid_until: LastDay | None = None


AccessCommand = (
    ConfirmIdentity
    | OptOutOfSharing
    | OptInToSharing
    | NamePcp
    | SetContactPreferences
    | ShareRecord
    | RequestBenefitsCheck
    | VerifyBenefits
    | BenefitsAnswered
)
