"""What can happen to a clinician: their training, their licences, and whom they look after.

The instants at which an expiry is warned of, and at which it comes, stand in the event that
recorded the credential or licence: a later change of policy does not move them silently.
"""

from datetime import date, timedelta
from typing import Literal

from pydantic import AwareDatetime

from domain.events import effects
from domain.events.base import Event
from domain.weekly import Weekly

What = Literal["credential", "licence"]


class Registered(Event):
    """`programme` is the version (`mbt-g@1`) whose policies govern."""

    programme: str
    name: str
    email: str | None = None
    phone: str | None = None
    npi: str | None = None


class DetailsChanged(Event):
    """The name and how to reach the clinician from now on; what is absent is not known."""

    name: str
    email: str | None = None
    phone: str | None = None
    npi: str | None = None


class CredentialRecorded(Event):
    """A credential holds from `since` to `until`, both included. `period` counts from 1."""

    period: int
    kind: str
    number: str
    since: date
    until: date
    warn_at: tuple[AwareDatetime, ...] = ()
    expires_at: AwareDatetime | None = None


class LicenceRecorded(Event):
    """A licence for a US state holds from `since` to `until`, both included."""

    period: int
    state: str
    number: str
    since: date
    until: date
    warn_at: tuple[AwareDatetime, ...] = ()
    expires_at: AwareDatetime | None = None


class CredentialRevoked(Event):
    """`last_day` is the last on which it still held."""

    kind: str
    number: str
    last_day: date
    reason: str


class LicenceRevoked(Event):
    """`last_day` is the last on which it still held."""

    state: str
    number: str
    last_day: date
    reason: str


class ExpiryWarned(Event):
    """`of` is the credential's kind or the licence's state; `days` are left until it expires."""

    period: int
    what: What
    of: str
    number: str
    days: int


class CredentialExpired(Event):
    """`until` was the last day on which it held."""

    period: int
    kind: str
    number: str
    until: date


class LicenceExpired(Event):
    """`until` was the last day on which it held."""

    period: int
    state: str
    number: str
    until: date


class CapacitySet(Event):
    """How many patients the clinician may carry; absent: as many as are assigned."""

    patients: int | None = None


class PatientTakenOn(Event):
    pathway_id: str


class PatientHandedOver(Event):
    pathway_id: str


class GroupLed(Event):
    """The clinician leads a group, or goes on leading one whose time is another now."""

    group_id: str
    meets: Weekly | None = None


class GroupLeft(Event):
    group_id: str


class TimeReserved(Event):
    """The clinician leads one session of a group at another time than its weekly one."""

    group_id: str
    session: int
    starts_at: AwareDatetime
    length: timedelta


class TimeFreed(Event):
    """The clinician is free at a time at which they would have led a session of a group.

    On a day on which the group does not meet there is no `session`.
    """

    group_id: str
    session: int | None = None
    starts_at: AwareDatetime


class WentOnCall(Event):
    """`on_call` is the id of the on-call list."""

    on_call: str


class WentOffCall(Event):
    on_call: str


class EscalationTaken(Event):
    """The clinician has acknowledged it and answers for the patient at risk."""

    escalation_id: str


class EscalationLeft(Event):
    escalation_id: str


class Deactivated(Event):
    reason: str


class Reactivated(Event):
    """The clinician works here again."""


class EffectSettled(effects.EffectSettled):
    """What came of a message to the clinician."""


ClinicianEvent = (
    Registered
    | DetailsChanged
    | CredentialRecorded
    | LicenceRecorded
    | CredentialRevoked
    | LicenceRevoked
    | ExpiryWarned
    | CredentialExpired
    | LicenceExpired
    | CapacitySet
    | PatientTakenOn
    | PatientHandedOver
    | GroupLed
    | GroupLeft
    | TimeReserved
    | TimeFreed
    | WentOnCall
    | WentOffCall
    | EscalationTaken
    | EscalationLeft
    | Deactivated
    | Reactivated
    | EffectSettled
)
