"""The words in which the parts of a definition are written: names, lengths, purposes, guards."""

from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from domain.value import Count, Value


class Part(Value):
    """A part of a definition: what stands below each of its members describes it to authors."""

    model_config = ConfigDict(use_attribute_docstrings=True)


_NO_PLACE = ("Factory", "localtime", "posixrules")
"""Names that are no place: a computer's own setting, or none yet."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo("" if name in _NO_PLACE else name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        message = f"{name!r} is not a time zone of the IANA database, such as America/New_York"
        raise ValueError(message) from unknown
    return name


def _with_its_unit(length: Any) -> Any:
    if isinstance(length, int | float) or (
        isinstance(length, str) and not length.lstrip("+-").startswith("P")
    ):
        raise PydanticCustomError("no_unit", "Say the unit: PT90M is ninety minutes, P4W weeks.")
    return length


Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
Length = Annotated[
    timedelta,
    BeforeValidator(_with_its_unit),
    Field(gt=timedelta(0), le=timedelta(days=3660)),
    WithJsonSchema({"type": "string", "format": "duration", "examples": ["PT90M", "P4W"]}),
]


def _without_fraction(number: object) -> object:
    if isinstance(number, float):
        raise PydanticCustomError("fraction", "Say a whole number, without a decimal point.")
    return number


Whole = Annotated[Count, BeforeValidator(_without_fraction)]
"""A number of things: 1.0 is none."""

HowMany = Annotated[Whole, Field(gt=0)]
"""A number of things, at least one."""

Months = Annotated[Whole, Field(ge=1, le=120, examples=[6])]
Zone = Annotated[str, AfterValidator(_known_zone), Field(examples=["America/New_York"])]

Purpose = Literal["assessment", "preparation", "treatment", "discharge", "follow_up"]
"""What a phase is for. The engine knows these five; names, number and order are the programme's."""

GuardName = Literal[
    "found_suitable",
    "consent_given",
    "baseline_complete",
    "safety_plan_agreed",
    "duration_chosen",
    "sessions_completed",
    "ending_is_near",
    "identity_confirmed",
    "identity_confirmed_that_day",
    "benefits_verified",
    "discharge_planned",
]
"""The guards that the engine knows; a definition says at which doors they stand."""


class Duration(Part):
    """How long treatment lasts, counted from its first session: calendar months, then weeks."""

    months: Annotated[Whole, Field(ge=0, le=120, examples=[6])] = 0
    """Calendar months; 18 January and six months is 18 July."""
    weeks: Annotated[Whole, Field(ge=0, le=520, examples=[12])] = 0
    """Calendar weeks, after the months if there are any: the same day and local time."""

    def __str__(self) -> str:
        parts = [(self.months, "month"), (self.weeks, "week")]
        return " and ".join(f"{n} {what}{'s' * (n > 1)}" for n, what in parts if n)
