"""Effects: what the outside world is asked to do, once per effect id."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import contracts
from activities.contracts import EffectReply, EffectRequest
from activities.notify import Message, Notifier
from eventstore.errors import NotEncrypted
from eventstore.store import EventStore


class EffectActivities:
    """Hands each effect to the adapter of its port, with the effect's id as idempotency key."""

    def __init__(self, notifier: Notifier, store: EventStore) -> None:
        self._notifier = notifier
        self._store = store

    @activity.defn(name=contracts.PERFORM_EFFECT)
    async def perform_effect(self, request: EffectRequest) -> EffectReply:
        """Perform an effect. An unknown port is final, any other failure is worth a retry."""
        match request.pending.effect.port:
            case "notify":
                await self._notify(request)
            case "keys":
                await self._destroy_key(request.entity_id)
            case unknown:
                raise ApplicationError(
                    f"no adapter for the port {unknown!r}", type="UnknownPort", non_retryable=True
                )
        return EffectReply(outcome="done", attempts=activity.info().attempt)

    async def _notify(self, request: EffectRequest) -> None:
        effect = request.pending.effect
        message = Message(
            id=request.pending.id,
            entity_id=request.entity_id,
            recipient=effect.recipient,
            template=effect.template,
        )
        await self._notifier.send(message)

    async def _destroy_key(self, entity_id: str) -> None:
        """Idempotent. What was recorded in clear stays: that is final, and said so."""
        try:
            await self._store.destroy_key(entity_id)
        except NotEncrypted as in_clear:
            raise ApplicationError(
                str(in_clear), type="NotEncrypted", non_retryable=True
            ) from in_clear
