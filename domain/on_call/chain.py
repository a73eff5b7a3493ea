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

    Whoever calls somebody takes the chain `at` that instant, which knows of the stand-ins.
    """

    clinicians: tuple[str, ...] = ()
    supervisor: str | None = None
    stand_ins: tuple[Substitution, ...] = ()

    def at(self, instant: datetime) -> "Chain":
        """Who is called at an instant, each once, stand-ins in the places of the absent."""
        last = self._called_for(self.supervisor, instant) if self.supervisor else None
        called = [self._called_for(one, instant) for one in self.clinicians]
        first = dict.fromkeys(one for one in called if one != last)
        return Chain(clinicians=tuple(first), supervisor=last)

    def _called_for(self, clinician: str, instant: datetime) -> str:
        return next(
            (
                one.instead
                for one in self.stand_ins
                if one.absent == clinician and one.covers(instant)
            ),
            clinician,
        )
