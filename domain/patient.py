"""The person on a pathway, as far as running the pathway needs it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.value import Instant, Name, Text, Value

Urgency = Literal["routine", "urgent", "asap", "stat"]
"""The FHIR R4 request priorities, in rising order."""

BirthDate = Annotated[date, Field(ge=date(1900, 1, 1))]

IdentifierKind = Literal["name", "birth_date", "record_number", "phone", "email", "member_id"]
"""What may serve as one of the two identifiers (NPSG.01.01.01)."""

Language = Literal["en", "es"]
"""What messages are written in."""

ContactWay = Literal["email", "sms", "letter"]
"""How a patient may be reached; a letter is written by a person."""

PlanPart = Annotated[tuple[Text, ...], Field(min_length=1, max_length=50)]


class Patient(Value):
    """Who the patient is, by two identifiers (name with birth date, record number), and where.

    `state` is the postal code of a US state where it is one, and otherwise what the referral said.
    `reached_by` are the ways that the referral ranks, the best first.
    """

    record_number: Name
    family_name: Name
    given_names: tuple[Name, ...] = Field(default=(), max_length=20)
    birth_date: BirthDate
    deceased: bool = False
    state: Name
    phone: Name | None = None
    email: Name | None = None
    reached_by: tuple[ContactWay, ...] = ()
    language: Language | None = None


class Contact(Value):
    """How a patient wants to be reached: by these ways alone, the first before the others.

    None of them: not at all. What is absent besides is as the referral says.
    """

    by: tuple[ContactWay, ...]
    language: Language | None = None
    email: Name | None = None
    phone: Name | None = None


class Coverage(Value):
    """Who pays, as the referral says; verified later."""

    payer: Name
    member_id: Name | None = None
    kind: Name | None = None


class Referral(Value):
    """One request for treatment. `referral_id` is the sender's, unique with them.

    `reasons` are ICD-10-CM codes: recorded, but they decide nothing by themselves, because a
    clinician decides at the end of assessment.
    """

    referral_id: Name
    urgency: Urgency = "routine"
    reasons: tuple[Name, ...] = Field(default=(), max_length=100)
    authored_at: Instant | None = None
    patient: Patient
    coverage: Coverage | None = None


class PrimaryCareProvider(Value):
    """Whom records may be sent to, unless the patient opts out."""

    name: Name
    practice: Name | None = None
    phone: Name | None = None
    fax: Name | None = None
    email: Name | None = None


class Identifier(Value):
    """Something that tells one patient from another, as they said it themselves."""

    kind: IdentifierKind
    value: Name


class SafetyPlan(Value):
    """The six parts of Stanley and Brown's safety planning intervention (2012), in their order."""

    warning_signs: PlanPart
    own_coping: PlanPart
    people_and_places_that_distract: PlanPart
    people_to_ask_for_help: PlanPart
    professionals_and_services: PlanPart
    safer_environment: PlanPart
