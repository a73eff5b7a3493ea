"""What differs from state to state: where a service may be given, how long records are kept."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.value import Name, Value

StateCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
RetentionYears = Annotated[int, Field(ge=1, le=100)]


class ServedState(Value):
    """A state in which a service may be given, from the first to the last day named.

    `licence` is the number of the clinic's own licence there; patients can begin until the day
    `licence_until`, which is included. Without them no licence is asked for.
    """

    state: StateCode
    services: tuple[Literal["virtual", "in_person"], ...] = Field(min_length=1)
    since: date
    until: date | None = None
    licence: Name | None = None
    licence_until: date | None = None

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


class StateRetention(Value):
    """How many calendar years a state has records kept."""

    state: StateCode
    years: RetentionYears


class Retention(Value):
    """How long the record of a closed pathway is kept, by the patient's state or else `years`.

    Counsel signs this off; until then `signed_by` and `signed_on` are absent.
    """

    years: RetentionYears = 10
    by_state: tuple[StateRetention, ...] = ()
    signed_by: Name | None = None
    signed_on: date | None = None

    def years_in(self, state: str) -> int:
        return next((one.years for one in self.by_state if one.state == state), self.years)

    @model_validator(mode="after")
    def _each_state_once(self) -> Self:
        states = [one.state for one in self.by_state]
        if len(set(states)) < len(states):
            message = "retention.by_state names a state twice"
            raise ValueError(message)
        return self
