"""What differs from state to state: where a service may be given, how long records are kept."""

from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, WithJsonSchema, model_validator

from domain.programmes.words import Part, Whole
from domain.us_states import UsState
from domain.value import Name

StateCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["FL"])]
NamedState = Annotated[
    StateCode, WithJsonSchema({"type": "string", "enum": list(get_args(UsState))})
]
RetentionYears = Annotated[Whole, Field(ge=1, le=100, examples=[10])]


class ServedState(Part):
    """A state in which a service may be given, from the first to the last day named."""

    state: NamedState
    """Where the patient lives."""
    services: tuple[Literal["virtual", "in_person"], ...] = Field(min_length=1)
    """How the programme is given there."""
    since: date
    """The first day."""
    until: date | None = None
    """The last day, if there is one."""
    licence: Name | None = None
    """The number of the clinic's own licence there; without it none is asked for."""
    licence_until: date | None = None
    """The last day on which patients can begin under that licence."""

    @model_validator(mode="after")
    def _period_in_order(self) -> Self:
        if self.until is not None and self.until < self.since:
            message = f"until ({self.until}) is before since ({self.since})"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _expiry_of_a_licence(self) -> Self:
        if self.licence_until is not None and self.licence is None:
            message = "licence_until needs the number of the licence in licence"
            raise ValueError(message)
        return self

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def licensed(self, day: date) -> bool:
        """Whether the clinic's licence, if one is named, has not expired by then."""
        return self.licence_until is None or day <= self.licence_until


class StateRetention(Part):
    """How many calendar years a state has records kept."""

    state: NamedState
    """Where the patient lives."""
    years: RetentionYears
    """Calendar years from the closing of the pathway."""


class Retention(Part):
    """How long the record of a closed pathway is kept. Counsel signs this off."""

    years: RetentionYears = 10
    """Calendar years from the closing of the pathway."""
    by_state: tuple[StateRetention, ...] = ()
    """States that ask for another number."""
    signed_by: Name | None = None
    """Who of counsel has signed; absent until then."""
    signed_on: date | None = None
    """On which day; absent until then."""

    def years_in(self, state: str) -> int:
        return next((one.years for one in self.by_state if one.state == state), self.years)

    @model_validator(mode="after")
    def _each_state_once(self) -> Self:
        states = [one.state for one in self.by_state]
        if len(set(states)) < len(states):
            message = "retention.by_state names a state twice"
            raise ValueError(message)
        return self
