"""Effects: what the outside world is asked to do, once per effect id."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import contracts
from activities.contracts import EffectReply, EffectRequest
from activities.notify import Message, Notifier


class EffectActivities:
    """Hands each effect to the adapter of its port, with the effect's id as idempotency key."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier

    @activity.defn(name=contracts.PERFORM_EFFECT)
    async def perform_effect(self, request: EffectRequest) -> EffectReply:
        """Perform an effect. An unknown port is final, any other failure is worth a retry."""
        effect = request.pending.effect
        if effect.port != "notify":
            raise ApplicationError(
                f"no adapter for the port {effect.port!r}", type="UnknownPort", non_retryable=True
            )
        message = Message(
            id=request.pending.id,
            entity_id=request.entity_id,
            recipient=effect.recipient,
            template=effect.template,
        )
        await self._notifier.send(message)
        return EffectReply(outcome="done", attempts=activity.info().attempt)
