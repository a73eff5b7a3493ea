"""What may be asked of a clinician's record."""

from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import Field, PositiveInt, model_validator
from pydantic_core import PydanticCustomError

from domain.commands.base import Command, Dated, MeetDeadline, SettleEffect
from domain.identity import EscalationId, GroupId, PathwayId
from domain.npi import Npi
from domain.programmes.definition import Slug
from domain.programmes.label import ProgrammeRef
from domain.us_states import UsState
from domain.value import Instant, Name, Text
from domain.weekly import Weekly

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]

OnCallId = Annotated[str, Field(pattern=r"^oncall-[a-z][a-z0-9_-]*$", max_length=67)]

Email = Annotated[Name, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class _Details(Command):
    """Who the clinician is, and how to reach them."""

    name: Name
    email: Email | None = None
    phone: Name | None = None
    npi: Npi | None = None


class Register(_Details, Dated):
    """Make a clinician known, under the policies of a published programme version (`mbt-g@1`).

    They work here from `at` on: what happened before is no act of theirs.
    """

    programme: ProgrammeRef


class ChangeDetails(_Details):
    """Replace the name and the ways to reach the clinician; what is left out is taken away."""


class _Held(Command):
    """Something that holds from `since` to `until`, both included."""

    number: Name
    since: Day
    until: Day

    @model_validator(mode="after")
    def _period_in_order(self) -> Self:
        if self.until < self.since:
            raise PydanticCustomError("period", "until is before since: check the dates.")
        return self


class RecordCredential(_Held):
    """Record a training, or its renewal under the same number with a later `until`."""

    kind: Slug


class RecordLicence(_Held):
    """Record a licence for a US state, or its renewal under the same number."""

    state: UsState


class RevokeCredential(Dated):
    """Record that a credential does not hold any more, from the day of `at` on."""

    kind: Slug
    number: Name
    reason: Text


class RevokeLicence(Dated):
    """Record that a licence does not hold any more, from the day of `at` on."""

    state: UsState
    number: Name
    reason: Text


class SetCapacity(Command):
    """Say how many patients the clinician may carry; without `patients` there is no limit."""

    patients: PositiveInt | None = None


class TakeOn(Command):
    """Carry a patient. Told by the patient's pathway."""

    pathway_id: PathwayId


class HandOver(Command):
    """Carry a patient no longer. Told by the patient's pathway."""

    pathway_id: PathwayId


class Lead(Command):
    """Lead a group, which `meets` every week once it has a schedule. Told by the group."""

    group_id: GroupId
    meets: Weekly | None = None


class StepDown(Command):
    """Lead a group no longer. Told by the group."""

    group_id: GroupId


class ReserveTime(Command):
    """Lead one session of a group, at a time that is not its weekly one. Told by the group.

    The session was moved there, or the clinician stands in at it.
    """

    group_id: GroupId
    session: PositiveInt
    starts_at: Instant
    length: Annotated[timedelta, Field(gt=timedelta(0))]


class FreeTime(Command):
    """Be free when one session of a group would have been. Told by the group.

    It was cancelled or moved away, or somebody else leads it; on a day on which the group does not
    meet there is no `session`.
    """

    group_id: GroupId
    session: PositiveInt | None = None
    starts_at: Instant


class GoOnCall(Command):
    """Be on call. Told by the on-call list."""

    on_call: OnCallId


class GoOffCall(Command):
    """Be on call no longer. Told by the on-call list."""

    on_call: OnCallId


class TakeEscalation(Command):
    """Answer for a patient at risk. Told by the escalation, once it is acknowledged."""

    escalation_id: EscalationId


class LeaveEscalation(Command):
    """Answer for it no longer. Told by the escalation: handed over, or resolved."""

    escalation_id: EscalationId


class Deactivate(Dated):
    """Take the clinician out of service, once nobody depends on them."""

    reason: Text


class Reactivate(Dated):
    """Take the clinician back into service."""


ClinicianCommand = (
    Register
    | ChangeDetails
    | RecordCredential
    | RecordLicence
    | RevokeCredential
    | RevokeLicence
    | SetCapacity
    | TakeOn
    | HandOver
    | Lead
    | StepDown
    | ReserveTime
    | FreeTime
    | GoOnCall
    | GoOffCall
    | TakeEscalation
    | LeaveEscalation
    | Deactivate
    | Reactivate
    | MeetDeadline
    | SettleEffect
)
