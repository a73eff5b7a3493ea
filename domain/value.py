"""Values: immutable, and strict about fields that nobody declared."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value of the domain; an unknown field is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")
