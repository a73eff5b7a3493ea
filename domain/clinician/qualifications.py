"""What a clinician may do, as far as the decisions of other entities need to know."""

from datetime import date, datetime, timedelta

from domain.clinician.state import Clinician, Leading, Reserved, Service
from domain.value import Value


class Credential(Value):
    """A training with its dates, both included: `mbt` is the one that MBT groups need."""

    kind: str
    since: date
    until: date


class Licence(Value):
    """The permission to treat patients who are in a US state; dates are both included."""

    state: str
    since: date
    until: date


class Qualifications(Value):
    """Service, credentials and licences, whatever their dates; a revoked one ends the day before.

    Nobody is registered under an id without `service`. `leading`, `reserved` and `led` are the
    times at which the clinician is, or was, with groups.
    """

    service: tuple[Service, ...] = ()
    credentials: tuple[Credential, ...] = ()
    licences: tuple[Licence, ...] = ()
    leading: tuple[Leading, ...] = ()
    reserved: tuple[Reserved, ...] = ()
    led: tuple[Leading, ...] = ()

    def with_group(self, start: datetime, length: timedelta) -> str | None:
        """The group with which they are at a time, or were within a month of now."""
        times: tuple[Leading | Reserved, ...] = (*self.leading, *self.reserved, *self.led)
        return next((one.group_id for one in times if one.occupies(start, length)), None)

    @property
    def registered(self) -> bool:
        return bool(self.service)

    def in_service(self, at: datetime) -> bool:
        return any(one.covers(at) for one in self.service)

    def credentialed(self, kind: str, day: date, *, at: datetime) -> bool:
        """In service at an instant, with a credential that holds on a day."""
        return self.in_service(at) and any(
            one.kind == kind and one.since <= day <= one.until for one in self.credentials
        )

    def licensed(self, state: str, day: date, *, at: datetime) -> bool:
        """In service at an instant, with a licence that holds on a day."""
        return self.in_service(at) and any(
            one.state == state and one.since <= day <= one.until for one in self.licences
        )


def qualifications(clinician: Clinician) -> Qualifications:
    """The facts of a clinician."""
    held = clinician.periods
    return Qualifications(
        service=clinician.service,
        leading=clinician.leading,
        reserved=clinician.reserved,
        led=clinician.led,
        credentials=tuple(
            Credential(kind=one.of, since=one.since, until=one.until)
            for one in held
            if one.what == "credential"
        ),
        licences=tuple(
            Licence(state=one.of, since=one.since, until=one.until)
            for one in held
            if one.what == "licence"
        ),
    )
