"""What to do about each thing that is wrong in a programme definition."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.programmes.definition import Definition

Location = tuple[int | str, ...]

_LENGTH = "must be a length of time with its unit: PT90M is ninety minutes, P4W four weeks"
_DAY = "must be a day that exists, such as 2026-03-31"
_WORDS = {
    "string_type": "must be text: put it in quotes",
    "model_type": "must be an object: members with their values",
    "tuple_type": "must be a list: [a, b], or one line with a dash for each",
    "no_unit": _LENGTH,
    "time_delta_parsing": _LENGTH,
    "time_delta_type": _LENGTH,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "date_type": _DAY,
}


def advice(kind: str, location: Location, message: str) -> str:
    """A sentence for a person: what is wrong at a location, and what to do next."""
    if kind == "missing":
        return _missing(location)
    if kind == "extra_forbidden":
        return _not_a_member(location)
    if kind == "string_pattern_mismatch":
        return f"{_lower(message)}: see examples in carepath programmes schema"
    return _WORDS.get(kind) or _lower(message.removeprefix("Value error, "))


def _missing(location: Location) -> str:
    field = _members(location[:-1]).get(str(location[-1]))
    said = (field.description or "").rstrip(".") if field else ""
    return f"is missing: add it ({said})" if said else "is missing: add it"


def _not_a_member(location: Location) -> str:
    known = list(_members(location[:-1]))
    close = get_close_matches(str(location[-1]), known, n=1)
    if close:
        return f"is not known here: did you mean {close[0]}?"
    return f"is not known here: leave it out; there are {', '.join(known)}"


def _members(location: Location) -> Mapping[str, FieldInfo]:
    """The members of the object at a location, as the model of a definition has them."""
    model: type[BaseModel] | None = Definition
    for part in location:
        if isinstance(part, str) and model:
            field = model.model_fields.get(part)
            model = _model_in(field.annotation) if field else None
    return model.model_fields if model else {}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model itself, or the one that a list or an optional member is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
