"""Effects: what the outside world is asked to do, once per effect id, by the adapter of a port."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID
from weakref import WeakValueDictionary

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

    A worker never makes two attempts at one effect at the same time: a workflow's new run asks for
    what an attempt of the run before may still be doing. On another worker it may come to that, and
    there the other side sees the same key twice. `clock` counts the seconds that an attempt takes.
    """

    def __init__(
        self, adapters: Mapping[str, Adapter], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._adapters = adapters
        self._clock = clock
        self._turns = {port: Turns(clock) for port in adapters}
        self._under_way: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

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
            return Settled(outcome="failed", reasons=final.reasons)
        except TryAgain as passing:
            pause = passing.after or _back_off(info.attempt)
            took = timedelta(seconds=self._clock() - begun)
            if not _room_for(took + pause, info, passing.within):
                return Settled(outcome="failed", reasons=passing.reasons)
            raise ApplicationError(
                passing.reason, type="TryAgain", next_retry_delay=pause
            ) from None

    async def _performed(self, adapter: Adapter, request: EffectRequest) -> Settled:
        one_at_a_time = self._under_way.setdefault(request.pending.id, asyncio.Lock())
        if request.at_once:
            return await self._performed_at_once(adapter, request, one_at_a_time)
        async with one_at_a_time:
            return await adapter.perform(request)

    async def _performed_at_once(
        self, adapter: Adapter, request: EffectRequest, one_at_a_time: asyncio.Lock
    ) -> Settled:
        if one_at_a_time.locked():
            raise _no_turn()
        try:
            with self._turns[request.pending.effect.port].taken():
                async with one_at_a_time:
                    return await adapter.perform(request)
        except NoTurn:
            raise _no_turn() from None

    def _adapter(self, port: str) -> Adapter:
        if port not in self._adapters:
            raise ApplicationError(
                f"no adapter for the port {port!r}", type="UnknownPort", non_retryable=True
            )
        return self._adapters[port]


def _no_turn() -> ApplicationError:
    benign = ApplicationErrorCategory.BENIGN
    return ApplicationError("no turn", type=contracts.NO_TURN, category=benign)


def _room_for(delay: timedelta, info: activity.Info, within: timedelta | None) -> bool:
    """Whether Temporal will make another attempt so long after this one began, and it may help.

    Both instants are the server's own: what its clock says is not compared with this machine's.
    """
    limits = [one for one in (info.schedule_to_close_timeout, within) if one is not None]
    return not limits or info.started_time + delay < info.scheduled_time + min(limits)


def _back_off(attempt: int) -> timedelta:
    """5 seconds after the first attempt, twice as long after each, half an hour at most."""
    return min(_FIRST_PAUSE * (1 << min(attempt - 1, 30)), _LONGEST_PAUSE)
