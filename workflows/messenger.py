"""The messenger: has each effect performed, and brings back what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from activities import contracts
from activities.contracts import Answer, EffectReply, EffectRequest, Wake
from domain.commands.submission import Receipt, Submission, settling, telling
from domain.decider import ENTITY
from domain.fold import PendingEffect

HEAR = "hear"
ANSWERED = "answered"
"""The signals by which entities speak to each other."""

ANSWER_WITHIN = timedelta(minutes=10)
"""An answer that takes longer may have been lost: the same command is told again."""

FINISH_WITHIN = timedelta(seconds=10)
"""So long a run that ends waits for its effects."""

GIVE_UP_AFTER = timedelta(days=3)
"""How long an effect is attempted that does not say itself when it loses its point."""

_RETRIES = RetryPolicy(
    initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=30)
)


class Messenger:
    """Performs the effects of one entity side by side, each once per run."""

    def __init__(self, entity_id: str, report: Callable[[Submission], Awaitable[Receipt]]) -> None:
        self._entity_id = entity_id
        self._report = report
        self._under_way: dict[UUID, asyncio.Task[None]] = {}
        self._answers: dict[UUID, Answer] = {}

    def take_up(self, pending: Iterable[PendingEffect]) -> None:
        """Begin with every effect that is not under way yet; raise what went wrong with one."""
        for done in [id_ for id_, task in self._under_way.items() if task.done()]:
            self._under_way.pop(done).result()
        for one in pending:
            if one.id not in self._under_way:
                self._under_way[one.id] = asyncio.create_task(self._settle(one))

    async def finish(self) -> None:
        """Wait a moment for what is under way; the next run takes up what is still pending then.

        A payer may take days to answer: the entity's deadlines do not wait for that.
        """
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: all(task.done() for task in self._under_way.values()),
                timeout=FINISH_WITHIN,
            )

    def has_news(self) -> bool:
        """Whether an effect has ended since the last `take_up`."""
        return any(task.done() for task in self._under_way.values())

    def hear(self, answer: Answer) -> None:
        """Take the answer of another entity; nobody waits for one that comes twice."""
        if answer.effect_id in self._under_way:
            self._answers[answer.effect_id] = answer

    async def _settle(self, pending: PendingEffect) -> None:
        told = pending.effect.port == ENTITY
        reply = await (self._tell(pending) if told else self._perform(pending))
        await self._report(settling(pending, reply.outcome, reply.attempts, reply.reasons))

    async def _tell(self, pending: PendingEffect) -> EffectReply:
        """Tell another entity, again after a while without an answer: it does it once."""
        attempts = 0
        while pending.id not in self._answers:
            attempts += 1
            await self._send(pending)
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: pending.id in self._answers, timeout=ANSWER_WITHIN
                )
        answer = self._answers.pop(pending.id)
        return EffectReply(outcome=answer.outcome, attempts=attempts, reasons=answer.reasons)

    async def _send(self, pending: PendingEffect) -> None:
        recipient, submission = pending.effect.recipient, telling(self._entity_id, pending)
        try:
            handle = workflow.get_external_workflow_handle(recipient)
            await handle.signal(HEAR, args=[submission, self._entity_id])
        except ApplicationError:
            await workflow.execute_activity(
                contracts.WAKE_ENTITY,
                Wake(entity_id=recipient, submission=submission, answer_to=self._entity_id),
                start_to_close_timeout=timedelta(minutes=1),
                retry_policy=_RETRIES,
            )

    async def _perform(self, pending: PendingEffect) -> EffectReply:
        not_after = pending.effect.not_after
        left = not_after - workflow.now() if not_after else GIVE_UP_AFTER
        if left <= timedelta(0):
            return EffectReply(outcome="lapsed", attempts=0)
        try:
            reply: EffectReply = await workflow.execute_activity(
                contracts.PERFORM_EFFECT,
                EffectRequest(entity_id=self._entity_id, pending=pending),
                result_type=EffectReply,
                start_to_close_timeout=timedelta(minutes=1),
                schedule_to_close_timeout=left,
                retry_policy=_RETRIES,
            )
        except ActivityError:
            return EffectReply(outcome="failed", attempts=0)
        return reply
