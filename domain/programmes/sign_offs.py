"""Who answers for a value that the programme's own description does not give."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from domain.programmes.words import Part
from domain.value import Name, Value

Signatory = Literal["clinician", "counsel"]


class SignOff(Part):
    """A clinician's or counsel's agreement to some values; without a name it is still awaited."""

    values: tuple[Name, ...] = Field(
        min_length=1, examples=[["phases.introduction.sessions.group.at_least"]]
    )
    """The values by their places; entries of lists go by their `id`, `kind` or `state`."""
    by: Signatory
    """Whose agreement it takes."""
    signed_by: Name | None = None
    """Who has signed."""
    signed_on: date | None = None
    """On which day."""

    @model_validator(mode="after")
    def _signed_or_not(self) -> Self:
        if (self.signed_by is None) != (self.signed_on is None):
            message = "signed_by and signed_on go together: give both, or neither until it is so"
            raise ValueError(message)
        return self


class Signature(Value):
    """Somebody's agreement to the value at one place."""

    place: str
    by: Signatory
    signed_by: str
    signed_on: date


class Unsigned(Value):
    """A value that still waits for somebody's signature."""

    place: str
    by: Signatory
