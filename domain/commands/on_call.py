"""What may be asked of an on-call list."""

from typing import Annotated, Self

from pydantic import Field, PositiveInt, model_validator
from pydantic_core import PydanticCustomError

from domain.commands.base import Command, MeetDeadline, SettleEffect
from domain.identity import ClinicianId
from domain.value import Instant

Order = Annotated[tuple[ClinicianId, ...], Field(min_length=1, max_length=50)]


class SetChain(Command):
    """Say who is called, in which order, and who comes last of all."""

    clinicians: Order
    supervisor: ClinicianId

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        named = [*self.clinicians, self.supervisor]
        if len(set(named)) < len(named):
            raise PydanticCustomError(
                "twice", "Somebody is named twice: each clinician once, the supervisor only last."
            )
        return self


class AddClinician(Command):
    """Put a clinician on the list, at a `place` counted from 1; without it, after the others."""

    clinician: ClinicianId
    place: PositiveInt | None = None


class RemoveClinician(Command):
    """Take a clinician off the list, with whatever stand-in was arranged for them."""

    clinician: ClinicianId


class StandIn(Command):
    """Have somebody called for a clinician or the supervisor, from `since` until `until`."""

    absent: ClinicianId
    instead: ClinicianId
    since: Instant
    until: Instant

    @model_validator(mode="after")
    def _period_in_order(self) -> Self:
        if self.until <= self.since:
            raise PydanticCustomError("period", "until is not after since: check the times.")
        return self


class EndStandIn(Command):
    """Give up an arrangement before its time is over."""

    stand_in: PositiveInt


OnCallCommand = (
    SetChain | AddClinician | RemoveClinician | StandIn | EndStandIn | MeetDeadline | SettleEffect
)
