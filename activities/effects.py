"""Effects: what the outside world is asked to do, once per effect id, by the adapter of a port."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities import contracts
from activities.contracts import EffectReply, EffectRequest
from activities.ports import Adapter, Impossible, Settled, TryAgain
from activities.turns import NoTurn, Turns

_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=30)


class EffectActivities:
    """Hands each effect to the adapter of its port, with the effect's id as idempotency key.

    `clock` counts the seconds that an attempt takes.
    """

    def __init__(
        self, adapters: Mapping[str, Adapter], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._adapters = adapters
        self._clock = clock
        self._turns = {port: Turns(clock) for port in adapters}

    @activity.defn(name=contracts.PERFORM_EFFECT)
    async def perform_effect(self, request: EffectRequest) -> EffectReply:
        """Perform an effect. An unknown port is final; what may pass is worth another attempt.

        The last attempt that has room before the effect is given up says why it failed.
        """
        info = activity.info()
        settled = await self._settled(request, info)
        return EffectReply(outcome=settled.outcome, attempts=info.attempt, reasons=settled.reasons)

    async def _settled(self, request: EffectRequest, info: activity.Info) -> Settled:
        adapter = self._adapter(request.pending.effect.port)
        not_after = request.pending.effect.not_after
        if not_after and info.started_time >= not_after:
            return Settled(outcome="lapsed")
        begun = self._clock()
        try:
            return await self._performed(adapter, request)
        except Impossible as final:
            return Settled(outcome="failed", reasons=(final.reason,))
        except TryAgain as passing:
            pause = passing.after or _back_off(info.attempt)
            took = timedelta(seconds=self._clock() - begun)
            if not _room_for(took + pause, info):
                return Settled(outcome="failed", reasons=(passing.reason,))
            raise ApplicationError(
                passing.reason, type="TryAgain", next_retry_delay=pause
            ) from None

    async def _performed(self, adapter: Adapter, request: EffectRequest) -> Settled:
        if not request.at_once:
            return await adapter.perform(request)
        try:
            with self._turns[request.pending.effect.port].taken():
                return await adapter.perform(request)
        except NoTurn:
            raise ApplicationError(
                "no turn", type=contracts.NO_TURN, category=ApplicationErrorCategory.BENIGN
            ) from None

    def _adapter(self, port: str) -> Adapter:
        if port not in self._adapters:
            raise ApplicationError(
                f"no adapter for the port {port!r}", type="UnknownPort", non_retryable=True
            )
        return self._adapters[port]


def _room_for(delay: timedelta, info: activity.Info) -> bool:
    """Whether Temporal will make another attempt so long after this one began.

    Both instants are the server's own: what its clock says is not compared with this machine's.
    """
    if info.schedule_to_close_timeout is None:
        return True
    return info.started_time + delay < info.scheduled_time + info.schedule_to_close_timeout


def _back_off(attempt: int) -> timedelta:
    """5 seconds after the first attempt, twice as long after each, half an hour at most."""
    return min(_FIRST_PAUSE * (1 << min(attempt - 1, 30)), _LONGEST_PAUSE)
