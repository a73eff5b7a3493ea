"""The entity host: keeps one entity of any kind alive, and is the only writer of its stream.

The log is the truth. A run begins by folding the entity's stream, and nothing is carried from run
to run that the log can give: so a new run may begin on other code than the one before.
"""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.workflow import ContinueAsNewVersioningBehavior

from activities.contracts import Answer
from domain.commands.submission import Receipt, Submission
from domain.decider import Rejected
from workflows.alarm import Alarm
from workflows.deciding import Deciding
from workflows.messenger import ALL_ANSWERED, ANSWERED, Messenger
from workflows.refusals import ID_USED, faults_as_failures, is_fault, told_to_the_sender
from workflows.start import EntityStart, Snapshot

__all__ = ("ID_USED", "EntityHost", "EntityStart", "Snapshot")

UPDATES_A_RUN = 1_500
"""A run may take 2,000 updates: a new one begins before that."""


class EntityHost:
    """The life of one entity: commands one at a time, deadlines on time, effects until settled."""

    def __init__(self, start: EntityStart) -> None:
        self._id = start.entity_id
        self._deciding = Deciding(start.entity_id)
        self._messenger = Messenger(self._id, self._deciding.take)
        self._alarm = Alarm()
        self._updates = 0
        self._renewal_asked = False

    async def live(self) -> None:
        """Until the entity is closed and its effects are settled; then the workflow ends."""
        await self._deciding.begin()
        while True:
            await self._live_on()
            await workflow.wait_condition(workflow.all_handlers_finished)
            # A closed entity may be woken by a command that leaves an effect, such as its erasure.
            if self._over():
                return

    async def _live_on(self) -> None:
        while not self._over():
            self._deciding.changed = False
            await self._deciding.meet_due_deadlines()
            self._messenger.take_up(self._deciding.entity.pending.values())
            self.show(self._deciding.entity.state)
            if self._new_run_is_due():
                await self._begin_anew()
            await self._wait()

    def show(self, state: Any) -> None:
        """Tell the workflow list about the state, in search attributes: nothing by default."""

    @workflow.update
    async def submit(self, submission: Submission) -> Receipt:
        """Take one command. Fails with `Rejected` and all the reasons if it is refused."""
        self._updates += 1
        with told_to_the_sender():
            await self._deciding.meet_due_deadlines()
            return await self._deciding.answer(submission)

    @submit.validator
    def check(self, submission: Submission) -> None:
        """Refuse without leaving a trace, where the decision needs nothing but what is here."""
        with told_to_the_sender():
            self._deciding.check(submission)

    @workflow.signal
    async def hear(self, submission: Submission, answer_to: str) -> None:
        """Take a command from another entity, and tell it whether this one did so."""
        if answer := await self._answer(submission):
            await _reply(answer_to, ANSWERED, answer)

    @workflow.signal
    async def hear_all(self, submissions: list[Submission], answer_to: str) -> None:
        """Take commands from another entity in their order, and answer them together."""
        answers = []
        for one in submissions:
            if (answer := await self._answer(one)) is None:
                break  # what comes after it may not be taken before it
            answers.append(answer)
        if answers:
            await _reply(answer_to, ALL_ANSWERED, answers)

    async def _answer(self, submission: Submission) -> Answer | None:
        """Whether this entity did so; none if it can be neither done nor refused yet.

        Whoever told it tells it again then. Only a fault in the rules is final: a person sees to
        what it left undone.
        """
        try:
            with faults_as_failures():
                await self._deciding.meet_due_deadlines()
                await self._deciding.take(submission)
        except Rejected as refusal:
            codes = tuple(reason.code for reason in refusal.reasons)
            return Answer(effect_id=submission.command_id, outcome="refused", reasons=codes)
        except FailureError as failure:
            if not is_fault(failure):
                workflow.logger.warning("told_in_vain")
                return None
            return Answer(effect_id=submission.command_id, outcome="failed")
        return Answer(effect_id=submission.command_id, outcome="done")

    @workflow.signal(name=ANSWERED)
    def answered(self, answer: Answer) -> None:
        """Take the answer of an entity that this one told something."""
        self._messenger.hear([answer])

    @workflow.signal(name=ALL_ANSWERED)
    def all_answered(self, answers: list[Answer]) -> None:
        """Take the answers to all that this one told an entity at once."""
        self._messenger.hear(answers)

    @workflow.signal
    def renew(self) -> None:
        """Begin a new run from the log: on the code that is deployed now, with a short history."""
        self._renewal_asked = True

    @workflow.query
    def snapshot(self) -> Snapshot:
        """What the host holds, to compare with the log."""
        entity = self._deciding.entity
        return Snapshot(
            version=entity.version,
            state=entity.state.model_dump(mode="json"),
            pending=tuple(entity.pending),
        )

    async def _wait(self) -> None:
        """Until something changed or the earliest deadline has come."""
        self._alarm.set_for(self._deciding.next_deadline())
        await workflow.wait_condition(
            lambda: (
                self._deciding.changed
                or self._new_run_is_due()
                or self._messenger.has_news()
                or self._alarm.rings()
                or self._over()
            )
        )

    def _new_run_is_due(self) -> bool:
        """Asked for, or the history is long, or another build has taken over."""
        info = workflow.info()
        return (
            self._renewal_asked
            or self._updates >= UPDATES_A_RUN
            or info.is_continue_as_new_suggested()
            or info.is_target_worker_deployment_version_changed()
        )

    async def _begin_anew(self) -> None:
        await self._messenger.finish()
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(
            EntityStart(entity_id=self._id),
            initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )

    def _over(self) -> bool:
        """Closed and with nothing left to do; or never begun, its first command being refused."""
        if self._deciding.entity.version == 0:
            return workflow.all_handlers_finished()
        return self._deciding.is_closed()


async def _reply(to: str, signal: str, answer: Answer | list[Answer]) -> None:
    try:
        await workflow.get_external_workflow_handle(to).signal(signal, answer)
    except ApplicationError:
        # Whoever asked runs no more: its log says so, and it asks again when it does.
        workflow.logger.info("answer_not_taken")
