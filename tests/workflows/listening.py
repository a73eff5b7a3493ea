"""Somebody who tells entities something and keeps the answers, in the tests' place of a teller."""

from uuid import UUID

from temporalio import workflow

from activities.contracts import Answer
from workflows.messenger import ALL_ANSWERED, ANSWERED


@workflow.defn
class Listener:
    def __init__(self) -> None:
        self._answers: list[Answer] = []

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.signal(name=ANSWERED)
    def answered(self, answer: Answer) -> None:
        self._answers.append(answer)

    @workflow.signal(name=ALL_ANSWERED)
    def all_answered(self, answers: list[Answer]) -> None:
        self._answers += answers

    @workflow.update
    async def answers_to(self, told: list[UUID]) -> list[Answer]:
        """All answers, once each of these has one."""
        await workflow.wait_condition(lambda: {one.effect_id for one in self._answers} >= set(told))
        return self._answers
