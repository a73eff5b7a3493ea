"""What is known of a clinician: folded from their events, and nothing else."""

from datetime import date
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


class Leading(Value):
    """A group that the clinician leads, and when it meets."""

    group_id: str
    meets: Weekly


class Clinician(Value):
    """One clinician. `patients`, `groups`, `on_call`, `escalations`: the ids of those they serve.

    `since` is when the present status began.
    """

    status: Status = "absent"
    since: AwareDatetime | None = None
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
    on_call: tuple[str, ...] = ()
    escalations: tuple[str, ...] = ()

    def held(self, what: What, of: str, number: str) -> tuple[Period, ...]:
        """The periods of one credential or licence, in the order in which they were recorded."""
        return tuple(one for one in self.periods if one.same(what, of, number))
