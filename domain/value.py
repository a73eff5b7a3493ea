"""Values: immutable, strict about undeclared fields, and storable whatever people type."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Value(BaseModel):
    """An immutable value of the domain; an unknown field is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _written(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul", "Leave out the NUL character: it cannot be stored.")
    if not text.strip():
        raise PydanticCustomError("blank", "This is blank: say it in words.")
    return text


def _on_one_line(name: str) -> str:
    if _CONTROL.search(name):
        raise PydanticCustomError("control", "Leave out line breaks and control characters.")
    return name


def _counted(number: object) -> object:
    if isinstance(number, bool):
        raise PydanticCustomError("truth", "Say a number: true and false are none.")
    return number


def _within_reach(instant: datetime) -> datetime:
    if not 1900 <= instant.year <= 2200:  # noqa: PLR2004 - named in the message below
        raise PydanticCustomError("out_of_reach", "The year must lie between 1900 and 2200.")
    return instant.astimezone(UTC)


Text = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_written)]
"""What somebody wrote: never blank, never a whole document."""

Name = Annotated[
    str,
    Field(min_length=1, max_length=200),
    AfterValidator(_written),
    AfterValidator(_on_one_line),
]
"""A name, number or code: one line, never blank."""

Count = Annotated[int, BeforeValidator(_counted)]
"""A whole number that somebody stated; true is not one."""

Points = Annotated[float, BeforeValidator(_counted), Field(allow_inf_nan=False)]
"""A number that somebody stated, finite; true is not one."""

Instant = Annotated[AwareDatetime, AfterValidator(_within_reach)]
"""An instant that somebody stated, in UTC, near enough for calendar arithmetic around it."""
