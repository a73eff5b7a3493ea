"""The person on a pathway, as far as running the pathway needs it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.value import Value

Text = Annotated[str, Field(min_length=1, max_length=4000)]
"""What somebody wrote: never empty, never a whole document."""

Name = Annotated[str, Field(min_length=1, max_length=200)]

Urgency = Literal["routine", "urgent", "asap", "stat"]
"""The FHIR R4 request priorities, in rising order."""


class Patient(Value):
    """Who the patient is, by two identifiers (name with birth date, record number), and where.

    `state` is the postal code of a US state where it is one, and otherwise what the referral said.
    """

    record_number: Name
    family_name: Name
    given_names: tuple[Name, ...] = ()
    birth_date: date
    deceased: bool = False
    state: Name
    phone: str | None = None
    email: str | None = None


class Coverage(Value):
    """Who pays, as the referral says; verified later."""

    payer: Name
    member_id: str | None = None
    kind: str | None = None


class Referral(Value):
    """One request for treatment. `referral_id` is the sender's, unique with them.

    `reasons` are ICD-10-CM codes: recorded, but they decide nothing by themselves, because a
    clinician decides at the end of assessment.
    """

    referral_id: Name
    urgency: Urgency = "routine"
    reasons: tuple[Name, ...] = ()
    authored_at: AwareDatetime | None = None
    patient: Patient
    coverage: Coverage | None = None


class SafetyPlan(Value):
    """The six parts of Stanley and Brown's safety planning intervention (2012), in their order."""

    warning_signs: tuple[Text, ...] = Field(min_length=1)
    own_coping: tuple[Text, ...] = Field(min_length=1)
    people_and_places_that_distract: tuple[Text, ...] = Field(min_length=1)
    people_to_ask_for_help: tuple[Text, ...] = Field(min_length=1)
    professionals_and_services: tuple[Text, ...] = Field(min_length=1)
    safer_environment: tuple[Text, ...] = Field(min_length=1)
