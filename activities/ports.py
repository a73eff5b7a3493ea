"""Ports of effects: what an adapter is given, what it gives back, and how it fails."""

from datetime import timedelta
from typing import Protocol

from activities.contracts import EffectRequest
from domain.events.effects import EffectOutcome
from domain.value import Value


class Settled(Value):
    """What came of an effect. `reasons` are codes, never words about anybody."""

    outcome: EffectOutcome = "done"
    reasons: tuple[str, ...] = ()


DONE = Settled()


class Adapter(Protocol):
    """Performs the effects of one port, each once per effect id as far as that can be known."""

    async def perform(self, request: EffectRequest) -> Settled:
        """Perform an effect. Raises `TryAgain` or `Impossible`."""


PERHAPS_RECEIVED = "perhaps_received"
"""The reason beside others where nobody knows whether the other side has it after all."""


class EffectError(Exception):
    """An effect was not performed, as far as is known. `reason` is a code, and never more.

    `perhaps_received`: it was sent, and no answer says what became of it.
    """

    def __init__(self, reason: str, *, perhaps_received: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.perhaps_received = perhaps_received

    @property
    def reasons(self) -> tuple[str, ...]:
        """What the log says of it."""
        return (self.reason, PERHAPS_RECEIVED) if self.perhaps_received else (self.reason,)


class Impossible(EffectError):
    """Another attempt would fail in the same way: a person has to look at `reason`."""


class TryAgain(EffectError):
    """Another attempt may succeed, but none before `after` has passed, if it is given.

    `within` is how long that is likely, from the first attempt on; absent: until it is pointless.
    """

    def __init__(
        self,
        reason: str,
        after: timedelta | None = None,
        *,
        within: timedelta | None = None,
        perhaps_received: bool = False,
    ) -> None:
        super().__init__(reason, perhaps_received=perhaps_received)
        self.after = after
        self.within = within


class ByHand:
    """The adapter of a port that this installation has no other system for: a person does it."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def perform(self, request: EffectRequest) -> Settled:  # noqa: ARG002 - whatever it is
        return Settled(outcome="failed", reasons=(self._reason,))
