"""What a state holds for months, in as little room as it needs."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime

from domain.value import Value

_NONE: set[str] = set()


class Held(Value):
    """A value that keeps what it says, and not which of its fields were given.

    All share one empty set of those. Nobody adds to it: a copy has its own.
    """

    def model_post_init(self, _context: Any, /) -> None:
        object.__setattr__(self, "__pydantic_fields_set__", _NONE)


def _in_the_shared_utc(instant: datetime) -> datetime:
    if instant.tzinfo is UTC or instant.utcoffset():
        return instant
    return instant.replace(tzinfo=UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_the_shared_utc)]
"""An instant, written as it was given; all in UTC share one zone instead of having each a copy."""
