"""Who is on call, as far as the decisions of other entities need to know."""

from datetime import datetime

from pydantic import AwareDatetime

from domain.value import Value


class Substitution(Value):
    """From `since` on, and no longer at `until`, `instead` is called for who is `absent`."""

    absent: str
    instead: str
    since: AwareDatetime
    until: AwareDatetime

    def covers(self, instant: datetime) -> bool:
        return self.since <= instant < self.until


class Chain(Value):
    """Clinician ids in the order in which they are called, and the supervisor who comes last.

    Whoever calls somebody asks `at` and `supervisor_at`: they know who stands in for whom.
    """

    clinicians: tuple[str, ...] = ()
    supervisor: str | None = None
    stand_ins: tuple[Substitution, ...] = ()

    def at(self, instant: datetime) -> tuple[str, ...]:
        """Everybody to be called at an instant, in order and each once: the supervisor is last."""
        last = self.supervisor_at(instant)
        called = [self._called_for(one, instant) for one in self.clinicians]
        first = [one for one in called if one != last]
        return tuple(dict.fromkeys([*first, last] if last else first))

    def supervisor_at(self, instant: datetime) -> str | None:
        """Who is the supervisor at an instant."""
        return self._called_for(self.supervisor, instant) if self.supervisor else None

    def _called_for(self, clinician: str, instant: datetime) -> str:
        return next(
            (
                one.instead
                for one in self.stand_ins
                if one.absent == clinician and one.covers(instant)
            ),
            clinician,
        )
