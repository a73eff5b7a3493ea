"""What is known of an on-call list: folded from its events, and nothing else."""

from domain.on_call.chain import Chain, Substitution
from domain.value import Value


class Arranged(Substitution):
    """A stand-in with the number that it goes by."""

    stand_in: int


class OnCall(Value):
    """The on-call list of one programme.

    `joined` and `left` are the clinicians whom the latest event put on it or took off it,
    stand-ins among them.
    """

    clinicians: tuple[str, ...] = ()
    supervisor: str | None = None
    stand_ins_arranged: int = 0
    stand_ins: tuple[Arranged, ...] = ()
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def answering(self) -> tuple[str, ...]:
        """Those who are called in their own right, the supervisor last."""
        return (*self.clinicians, self.supervisor) if self.supervisor else self.clinicians

    @property
    def everybody(self) -> tuple[str, ...]:
        """Those who are or will be called, each once."""
        return tuple(dict.fromkeys([*self.answering, *(one.instead for one in self.stand_ins)]))


def chain(on_call: OnCall) -> Chain:
    """The facts of an on-call list."""
    return Chain(
        clinicians=on_call.clinicians,
        supervisor=on_call.supervisor,
        stand_ins=tuple(
            Substitution(absent=one.absent, instead=one.instead, since=one.since, until=one.until)
            for one in on_call.stand_ins
        ),
    )
