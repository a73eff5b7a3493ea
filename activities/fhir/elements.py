"""The parts of FHIR R4 resources that intake reads; everything else is ignored.

Every element may be absent here: what a referral must have is said by the rules, so that one
unreadable element hides no other problem.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    field_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from activities.fhir import dates
from activities.fhir.codes import BundleType, Gender, LinkType, RequestIntent, RequestStatus
from activities.fhir.document import UNSTORABLE, Members
from activities.fhir.problems import FAULT, Path, Problems, fault
from domain.patient import Urgency
from domain.value import Name, Value

LONGEST_URI = 2000

_SENTENCES = {
    "string_type": "must be a text: send a JSON string.",
    "list_type": "must be a list: put it in brackets.",
    "dict_type": "must be an object: see its definition in FHIR R4.",
    "model_type": "must be an object: see its definition in FHIR R4.",
    "bool_type": "must be true or false.",
    "int_type": "must be a whole number.",
    "greater_than_equal": "must be 1 or more.",
    "string_unicode": UNSTORABLE,
    "nul": UNSTORABLE,
    "control": UNSTORABLE,
    "string_too_long": "is too long: shorten it.",
    "string_pattern_mismatch": "is not a URI: leave out spaces and control characters.",
    "too_long": "has too many items: send those that matter.",
    "out_of_reach": "lies outside the years 1900 to 2200: correct the date.",
    "literal_error": "is not one of the codes that FHIR R4 allows here: see its definition.",
}
_BREAKS = re.compile(r"[\t\r\n]+")
_NULL = "is null: leave the element out instead."
_UNREADABLE = "cannot be read: see its definition in FHIR R4."


def _tidied(text: object) -> object:
    if not isinstance(text, str):
        return text
    trimmed = _BREAKS.sub(" ", text).strip()
    # Composing takes quadratic time on long runs of accents, and shortens text at most fourfold.
    if len(trimmed) <= 4 * LONGEST_URI:
        trimmed = unicodedata.normalize("NFC", trimmed)
    return trimmed or None


def _birth_date(text: str | None) -> str | None:
    return text and dates.birth_date(text).isoformat()


def _date_time(text: str | None) -> str | None:
    if text:
        dates.instant(text)
    return text


Text = Annotated[Annotated[Name, Strict()] | None, BeforeValidator(_tidied)]
"""One line that the domain can keep: trimmed, in Unicode NFC; a blank text counts as absent."""

Uri = Annotated[
    Annotated[StrictStr, Field(max_length=LONGEST_URI, pattern=r"^[^\x00-\x20\x7f-\xa0]*$")] | None,
    BeforeValidator(_tidied),
]
BirthDate = Annotated[Text, AfterValidator(_birth_date)]
DateTime = Annotated[Text, AfterValidator(_date_time)]
PositiveInt = Annotated[StrictInt, Field(ge=1)]


class Element(BaseModel):
    """A part of a resource. JSON `null` stands for nothing in FHIR and is refused."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, loc_by_alias=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise fault(_NULL)
        return value


class Coding(Element):
    system: Uri = None
    code: Text = None
    display: Text = None


class CodeableConcept(Element):
    coding: list[Coding] = []
    text: Text = None


class Period(Element):
    end: DateTime = None


class Identifier(Element):
    use: Text = None
    type: CodeableConcept = CodeableConcept()
    system: Text = None
    value: Text = None


class Reference(Element):
    reference: Uri = None
    display: Text = None


class HumanName(Element):
    use: Text = None
    family: Text = None
    given: list[Text] = []


class ContactPoint(Element):
    system: Text = None
    value: Text = None
    use: Text = None
    rank: PositiveInt | None = None


class Address(Element):
    use: Text = None
    state: Text = None
    country: Text = None
    period: Period = Period()


class Extension(Element):
    url: Uri = None


class Meta(Element):
    version_id: Text = None
    last_updated: DateTime = None
    source: Uri = None
    profile: list[Uri] = []
    security: list[Coding] = []
    tag: list[Coding] = []


class Link(Element):
    other: Reference = Reference()
    type: LinkType | None = None


class Communication(Element):
    language: CodeableConcept = CodeableConcept()
    preferred: StrictBool = False


class Resource(Element):
    id: Text = None
    meta: Meta = Meta()
    extension: list[Extension] = []


class Patient(Resource):
    active: StrictBool = True
    gender: Gender | None = None
    identifier: list[Identifier] = []
    name: list[HumanName] = []
    telecom: list[ContactPoint] = []
    birth_date: BirthDate = None
    deceased_boolean: StrictBool | None = None
    deceased_date_time: DateTime = None
    address: list[Address] = []
    link: list[Link] = []
    communication: list[Communication] = []


class ServiceRequest(Resource):
    identifier: list[Identifier] = []
    status: RequestStatus | None = None
    intent: RequestIntent | None = None
    code: CodeableConcept = CodeableConcept()
    requester: Reference = Reference()
    do_not_perform: StrictBool = False
    priority: Urgency = "routine"
    subject: Reference = Reference()
    authored_on: DateTime = None
    reason_code: list[CodeableConcept] = []


class Coverage(Resource):
    identifier: list[Identifier] = []
    status: Text = None
    type: CodeableConcept = CodeableConcept()
    subscriber_id: Text = None
    beneficiary: Reference | None = None
    payor: list[Reference] = []
    order: PositiveInt | None = None


class Organization(Resource):
    name: Text = None


class Bundle(Element):
    type: BundleType | None = None


class Entry(Element):
    full_url: Uri = None
    resource: dict[Any, Any] | None = None


E = TypeVar("E", bound=Element)


def read_element(model: type[E], members: Members, path: Path, problems: Problems) -> E:
    """`members` as `model`; those that cannot be read are noted in `problems` and left out."""
    try:
        return model.model_validate(members)
    except ValidationError as failure:
        unreadable = _note(failure, path, problems)
    return model.model_validate(
        {name: value for name, value in members.items() if name not in unreadable}
    )


V = TypeVar("V", bound=Value)


def build(
    model: type[V], fields: dict[str, Any], sources: Mapping[str, Path], problems: Problems
) -> V | None:
    """The domain's `model` of `fields`, or `None` with what the domain cannot keep noted.

    `sources` says for each field which element it came from; a field without one is a part that
    was refused when it was read.
    """
    try:
        return model.model_validate(fields)
    except ValidationError as failure:
        for error in _errors(failure):
            source = sources.get(str(error["loc"][0]))
            if source:
                problems.add(source, _sentence(error))
    return None


def _note(failure: ValidationError, path: Path, problems: Problems) -> set[str | int]:
    errors = _errors(failure)
    for error in errors:
        problems.add((*path, *error["loc"]), _sentence(error))
    return {error["loc"][0] for error in errors}


def _errors(failure: ValidationError) -> list[ErrorDetails]:
    return failure.errors(include_url=False, include_context=False, include_input=False)


def _sentence(error: ErrorDetails) -> str:
    kind = error["type"]
    return error["msg"] if kind == FAULT else _SENTENCES.get(kind, _UNREADABLE)
