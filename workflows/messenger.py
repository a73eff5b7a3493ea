"""The messenger: has each effect performed, and brings back what came of it.

All that one recipient is to be told at the same moment goes in one signal, and so do the answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities import contracts
from activities.contracts import Answer, EffectReply, Wake
from domain.commands.submission import Submission, settling, telling
from domain.decider import ENTITY
from domain.fold import PendingEffect
from workflows.performing import RETRIES, perform

HEAR = "hear"
HEAR_ALL = "hear_all"
ANSWERED = "answered"
ALL_ANSWERED = "all_answered"
"""The signals by which entities speak to each other."""

ANSWER_WITHIN = timedelta(minutes=10)
"""An answer that takes longer may have been lost: the same command is told again."""

FINISH_WITHIN = timedelta(seconds=10)
"""So long a run that ends waits for its effects."""


SETTLED = "carepath_effects_settled"
"""Counts every effect once, by port and outcome, wherever it was that it ended."""


class Messenger:
    """Performs the effects of one entity side by side, each once per run."""

    def __init__(self, entity_id: str, report: Callable[[Submission], Awaitable[object]]) -> None:
        self._entity_id = entity_id
        self._report = report
        self._under_way: dict[UUID, asyncio.Task[None]] = {}
        self._answers: dict[UUID, Answer] = {}

    def take_up(self, pending: Iterable[PendingEffect]) -> None:
        """Begin with every effect that is not under way yet; raise what went wrong with one."""
        for done in [id_ for id_, task in self._under_way.items() if task.done()]:
            self._under_way.pop(done).result()
        fresh = [one for one in pending if one.id not in self._under_way]
        for one in fresh:
            if one.effect.port != ENTITY:
                self._under_way[one.id] = asyncio.create_task(self._have_performed(one))
        for together in _by_recipient(fresh):
            task = asyncio.create_task(self._have_told(together))
            self._under_way.update((one.id, task) for one in together)

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

    def hear(self, answers: Iterable[Answer]) -> None:
        """Take the answers of another entity; nobody waits for one that comes twice."""
        self._answers.update(
            (one.effect_id, one) for one in answers if one.effect_id in self._under_way
        )

    async def _have_performed(self, pending: PendingEffect) -> None:
        reply = await perform(self._entity_id, pending)
        await self._settle(pending, reply)

    async def _have_told(self, together: Sequence[PendingEffect]) -> None:
        """Tell another entity, again after a while without an answer: it does it once.

        Again is one by one: a run that is still on an older build may not know `hear_all`.
        """
        attempts = 0
        while untold := [one for one in together if one.id not in self._answers]:
            attempts += 1
            for at_once in [untold] if attempts == 1 else [[one] for one in untold]:
                await self._send(at_once)
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: all(one.id in self._answers for one in together),
                    timeout=ANSWER_WITHIN,
                )
        for one in together:
            answer = self._answers.pop(one.id)
            reply = EffectReply(outcome=answer.outcome, attempts=attempts, reasons=answer.reasons)
            await self._settle(one, reply)

    async def _settle(self, pending: PendingEffect, reply: EffectReply) -> None:
        settled = workflow.metric_meter().create_counter(SETTLED, "What came of effects at last.")
        settled.add(1, {"port": pending.effect.port, "outcome": reply.outcome})
        await self._report(settling(pending, reply.outcome, reply.attempts, reply.reasons))

    async def _send(self, together: Sequence[PendingEffect]) -> None:
        recipient = together[0].effect.recipient
        submissions = [telling(self._entity_id, one) for one in together]
        try:
            await _signal(recipient, submissions, self._entity_id)
        except ApplicationError:
            for one in submissions:
                await _wake(recipient, one, self._entity_id)


def _by_recipient(pending: Iterable[PendingEffect]) -> list[list[PendingEffect]]:
    """What each entity is to be told, in order."""
    found: dict[str, list[PendingEffect]] = {}
    for one in pending:
        if one.effect.port == ENTITY:
            found.setdefault(one.effect.recipient, []).append(one)
    return list(found.values())


async def _signal(recipient: str, submissions: Sequence[Submission], answer_to: str) -> None:
    handle = workflow.get_external_workflow_handle(recipient)
    if len(submissions) == 1:
        await handle.signal(HEAR, args=[submissions[0], answer_to])
    else:
        await handle.signal(HEAR_ALL, args=[submissions, answer_to])


async def _wake(recipient: str, submission: Submission, answer_to: str) -> None:
    await workflow.execute_activity(
        contracts.WAKE_ENTITY,
        Wake(entity_id=recipient, submission=submission, answer_to=answer_to),
        start_to_close_timeout=timedelta(minutes=1),
        retry_policy=RETRIES,
    )
