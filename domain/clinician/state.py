"""What is known of a clinician: folded from their events, and nothing else."""

from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from domain.events.clinician import What
from domain.value import Value
from domain.weekly import Weekly

Status = Literal["absent", "active", "inactive"]


class Period(Value):
    """The days, both included, in which a credential or a licence holds.

    `of` is the credential's kind or the licence's state. `warn_at` and `expires_at` are the
    instants that the clock still waits for.
    """

    period: int
    what: What
    of: str
    number: str
    since: date
    until: date
    warn_at: tuple[AwareDatetime, ...] = ()
    expires_at: AwareDatetime | None = None
    revoked: bool = False

    def same(self, what: What, of: str, number: str) -> bool:
        """Whether this is a period of that credential or licence."""
        return (self.what, self.of, self.number) == (what, of, number)


class Service(Value):
    """A time in which the clinician works here: `until`, excluded, once it is over."""

    since: AwareDatetime
    until: AwareDatetime | None = None

    def covers(self, instant: datetime) -> bool:
        return self.since <= instant and (self.until is None or instant < self.until)


class Leading(Value):
    """A group that the clinician leads, and when it meets; not at the `free` times among those.

    They have led it by this rule `since` an instant, and, once that is over, `until` another.
    """

    group_id: str
    meets: Weekly
    free: tuple[AwareDatetime, ...] = ()
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    def occupies(self, start: datetime, length: timedelta) -> bool:
        """Whether the clinician is with the group at a time."""
        near = self.meets.overlapping(start, length)
        return any(at not in self.free and self._led(at) for at in near)

    def _led(self, at: datetime) -> bool:
        """Whether the clinician led the group, by this rule, at the session that began at `at`."""
        begun = self.since is None or self.since < at + self.meets.length
        return begun and (self.until is None or at < self.until)


class Reserved(Value):
    """A single session of a group that the clinician is to lead: moved there, or standing in."""

    group_id: str
    session: int
    starts_at: AwareDatetime
    length: timedelta

    def of(self, group_id: str, session: int | None, starts_at: datetime) -> bool:
        """Whether it is for that session of that group."""
        return (self.group_id, self.session, self.starts_at) == (group_id, session, starts_at)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.length

    def occupies(self, start: datetime, length: timedelta) -> bool:
        """Whether the clinician is in that session at a time."""
        return self.starts_at < start + length and start < self.ends_at


class Clinician(Value):
    """One clinician. `patients`, `groups`, `on_call`, `escalations`: the ids of those they serve.

    `since` is when the present status began, `service` the times in service so far. `led` are the
    times of groups that they led of late.
    """

    status: Status = "absent"
    since: AwareDatetime | None = None
    service: tuple[Service, ...] = ()
    programme: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    npi: str | None = None
    periods_recorded: int = 0
    periods: tuple[Period, ...] = ()
    capacity: int | None = None
    patients: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    leading: tuple[Leading, ...] = ()
    led: tuple[Leading, ...] = ()
    reserved: tuple[Reserved, ...] = ()
    on_call: tuple[str, ...] = ()
    escalations: tuple[str, ...] = ()

    def is_at(self, group_id: str, session: int | None, starts_at: datetime) -> bool:
        """Whether the clinician leads a session then: reserved, or by the group's weekly time."""
        kept = any(one.of(group_id, session, starts_at) for one in self.reserved)
        return kept or any(
            one.meets.means(starts_at) and starts_at not in one.free
            for one in self.leading
            if one.group_id == group_id
        )

    def held(self, what: What, of: str, number: str) -> tuple[Period, ...]:
        """The periods of one credential or licence, in the order in which they were recorded."""
        return tuple(one for one in self.periods if one.same(what, of, number))
