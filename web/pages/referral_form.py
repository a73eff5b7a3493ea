"""The form of a referral: what it asks, and the FHIR bundle that its answers make.

A referral by hand goes the way that every referral goes: as a bundle, through the same checks.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from pydantic import Field as Limit

from domain.commands.base import Command
from domain.decider import Reason
from domain.patient import BirthDate, Language, Urgency
from domain.us_states import UsState
from domain.value import Name
from web.pages.forms.answers import Wrong
from web.pages.forms.fields import Choices, Field, fields_of

BY_HAND = "urn:carepath:referred-by-hand"
"""The system of the numbers that referrals by hand are given."""

ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"

Line = Annotated[
    str, Limit(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*\S[^\x00-\x1f]*$")
]
Code = Annotated[str, Limit(pattern=r"^[A-TV-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$")]
"""ICD-10-CM, with its point."""


class ReferredByHand(Command):
    """Take in a referral that came by phone, fax or letter."""

    family_name: Line
    given_names: Line
    birth_date: BirthDate
    state: UsState
    record_number: Line
    numbered_by: Annotated[str, Limit(max_length=200, pattern=r"^\S+$")] | None = None
    phone: Line | None = None
    email: Annotated[str, Limit(max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    language: Language | None = None
    urgency: Urgency
    reasons: tuple[Code, ...] = Limit(default=(), max_length=100)
    referral_number: Name | None = None
    written_on: date | None = None
    payer: Line | None = None
    member_id: Line | None = None


@dataclass(frozen=True)
class Section:
    """Some of the form's fields under a heading."""

    title: str
    fields: tuple[Field, ...]


SECTIONS = {
    "Who is referred": (
        "family_name",
        "given_names",
        "birth_date",
        "state",
        "record_number",
        "numbered_by",
    ),
    "How to reach them": ("phone", "email", "language"),
    "What is asked for": ("urgency", "reasons", "referral_number", "written_on"),
    "Who pays": ("payer", "member_id"),
}

LABELS = {
    "state": "State where the patient lives",
    "numbered_by": "Whose record number it is",
    "urgency": "Priority",
    "reasons": "Reasons (ICD-10-CM)",
    "referral_number": "The sender's number of this referral",
    "written_on": "Written on",
    "member_id": "Member number",
}

HINTS = {
    "record_number": "With name and birth date the second identifier: it tells whether the patient "
    "is here already.",
    "numbered_by": "As the bundles of that hospital say it, such as http://hospital.example.org. "
    "Empty: the clinic's own.",
    "reasons": "One code a line, such as F60.3. They are recorded and decide nothing by "
    "themselves.",
}

LANGUAGES: Choices = (("en", "English"), ("es", "Spanish"))

AT_FIELD = {"under_": "birth_date", "state_not_served": "state", "invalid": "record_number"}
"""The field that a refusal is about, by the beginning of its code."""


def referral_fields() -> tuple[Field, ...]:
    """Every field of the form."""
    fields = fields_of(ReferredByHand, {"language": LANGUAGES})
    return tuple(
        replace(
            one,
            label=LABELS.get(one.name, one.label),
            hint=HINTS.get(one.name, ""),
        )
        for one in fields
    )


def sections(fields: Sequence[Field]) -> list[Section]:
    """The fields under their headings."""
    named = {one.name: one for one in fields}
    return [
        Section(title, tuple(named[name] for name in names)) for title, names in SECTIONS.items()
    ]


def refused_at(reasons: Iterable[Reason], fields: Sequence[Field]) -> list[Wrong]:
    """Every reason of a refusal, at the field that it is about where there is one."""
    named = {one.name: one for one in fields}
    return [Wrong(one.message, named.get(_field_of(one))) for one in reasons]


def bundle_of(answers: ReferredByHand, number: str) -> bytes:
    """The referral as a FHIR R4 bundle; `number` is the form's own, if the sender gave none."""
    resources = [_patient(answers), _request(answers, number), *_coverage(answers)]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in resources],
    }
    return json.dumps(bundle).encode()


def _field_of(reason: Reason) -> str:
    return next((name for code, name in AT_FIELD.items() if reason.code.startswith(code)), "")


def _patient(answers: ReferredByHand) -> dict[str, Any]:
    told = {"phone": answers.phone, "email": answers.email}
    spoken = [{"language": {"coding": [{"code": answers.language}]}}] if answers.language else []
    return {
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [_identifier(answers.numbered_by, answers.record_number)],
        "name": [{"family": answers.family_name, "given": answers.given_names.split()}],
        "birthDate": answers.birth_date.isoformat(),
        "address": [{"state": answers.state, "country": "US"}],
        "telecom": [{"system": one, "value": value} for one, value in told.items() if value],
        "communication": spoken,
    }


def _request(answers: ReferredByHand, number: str) -> dict[str, Any]:
    written = {"authoredOn": answers.written_on.isoformat()} if answers.written_on else {}
    codes = [{"coding": [{"system": ICD_10_CM, "code": one}]} for one in answers.reasons]
    return {
        "resourceType": "ServiceRequest",
        "identifier": [_identifier(BY_HAND, answers.referral_number or number)],
        "status": "active",
        "intent": "order",
        "priority": answers.urgency,
        "subject": {"reference": "Patient/patient"},
        "reasonCode": codes,
        **written,
    }


def _coverage(answers: ReferredByHand) -> list[dict[str, Any]]:
    if answers.payer is None:
        return []
    member = {"subscriberId": answers.member_id} if answers.member_id else {}
    return [
        {
            "resourceType": "Coverage",
            "status": "active",
            "beneficiary": {"reference": "Patient/patient"},
            "payor": [{"display": answers.payer}],
            **member,
        }
    ]


def _identifier(system: str | None, value: str) -> dict[str, str]:
    return {"system": system, "value": value} if system else {"value": value}
