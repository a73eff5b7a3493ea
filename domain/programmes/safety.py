"""How fast a programme answers a patient at risk."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.programmes.words import Length, Part
from domain.risk import Level

Wait = Annotated[Length, Field(ge=timedelta(minutes=1), examples=["PT15M"])]


class Response(Part):
    """The limits for one level of risk, counted from when the programme came to know of it."""

    acknowledged_within: Wait
    """How long whoever is called has to acknowledge before the next one is called."""
    contact_within: Wait | None = None
    """How long until the patient is contacted; left out, until the next booked session."""
    backstop: Wait
    """After which time the supervisor is told that the escalation is still open."""


class OutsideResponse(Part):
    """The limits after an emergency visit or an inpatient stay, counted from its end."""

    contact_within: Wait = timedelta(hours=24)
    """How long until the patient is contacted."""
    visit_within: Wait = timedelta(days=7)
    """How long until a clinician sees the patient."""
    backstop: Wait = timedelta(days=30)
    """After which time the supervisor is told that the escalation is still open."""


class SafetyPolicies(Part):
    """The response to each level of risk, and what is repeated until somebody acts."""

    high: Response = Response(
        acknowledged_within=timedelta(minutes=15),
        contact_within=timedelta(hours=1),
        backstop=timedelta(days=7),
    )
    """The limits while the risk is high."""
    moderate: Response = Response(
        acknowledged_within=timedelta(hours=4),
        contact_within=timedelta(hours=24),
        backstop=timedelta(days=7),
    )
    """The limits while the risk is moderate."""
    low: Response = Response(acknowledged_within=timedelta(hours=24), backstop=timedelta(days=7))
    """The limits while the risk is low: contact by the next session, or else by the backstop."""
    outside: OutsideResponse = OutsideResponse()
    """The limits after an emergency visit or an inpatient stay."""
    outside_level: Level = "moderate"
    """The level of risk that an emergency visit or an inpatient stay counts as."""
    remind_every: Wait = timedelta(minutes=15)
    """How often the supervisor is reminded of an escalation that nobody has acknowledged."""
    overdue_again_after: Wait = timedelta(hours=24)
    """How often the supervisor is told again of a contact, a visit or a resolution overdue."""
    no_show_from: Level = "high"
    """From which level of present risk on a missed session is flagged as a risk of its own."""

    def response(self, level: Level) -> Response:
        """The limits for a level."""
        return {"high": self.high, "moderate": self.moderate, "low": self.low}[level]

    @model_validator(mode="after")
    def _higher_is_faster(self) -> Self:
        falling = [self.high, self.moderate, self.low]
        contacts = [one.contact_within or one.backstop for one in falling]
        calls = [one.acknowledged_within for one in falling]
        if contacts == sorted(contacts) and calls == sorted(calls):
            return self
        message = "a higher risk must be acknowledged and contacted at least as fast as a lower one"
        raise ValueError(message)
