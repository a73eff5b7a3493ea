"""The entity host: keeps one entity of any kind alive, and is the only writer of its stream.

The log is the truth. A run begins by folding the entity's stream, and nothing is carried from run
to run that the log can give.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from activities import contracts
from activities.contracts import (
    Answer,
    AppendReply,
    AppendRequest,
    FactsRequest,
    Gathered,
    LoadedEntity,
)
from domain.commands import registry
from domain.commands.base import Command
from domain.commands.submission import Receipt, Submission, meeting
from domain.decider import (
    PROGRAMME_DEFINITION,
    Context,
    Deadline,
    Reason,
    Reference,
    Rejected,
    open_transitions,
)
from domain.deciders import decider_of, facts_of
from domain.events.base import Event
from domain.events.envelope import new_events
from domain.fold import Folded, step
from domain.programmes.definition import Definition
from domain.value import Value
from workflows.durable import durably
from workflows.messenger import ANSWERED, Messenger

REJECTED = "Rejected"
"""The failure type of a refused command; its details are the reasons."""

UNDECIDED = "Undecided"
"""The failure type of a command on which the rules themselves failed: an error in the code."""

ID_USED = Reason(
    code="command_id_used",
    message="This command_id belongs to a command to another entity: give each its own.",
)

DECISION_ATTEMPTS = 5
"""How often a decision is taken anew because somebody else wrote to the stream meanwhile."""

UPDATES_A_RUN = 1_500
"""A run may take 2,000 updates: a new one begins before that."""


class EntityStart(Value):
    """Which entity a workflow keeps alive."""

    entity_id: str


class Snapshot(Value):
    """What the host holds: the JSON of the state, the version it stands at, effects under way."""

    version: int
    state: dict[str, Any]
    pending: tuple[UUID, ...]


class EntityHost:
    """The life of one entity: commands one at a time, deadlines on time, effects until settled."""

    def __init__(self, start: EntityStart) -> None:
        decider = decider_of(start.entity_id)
        self._decider = decider
        self._id = start.entity_id
        self._loaded = False
        self._entity: Folded[Any] = Folded(state=decider.initial())
        self._programme: Definition | None = None
        # One command at a time: between a decision and its append nothing else may be decided.
        self._turn = asyncio.Lock()
        self._messenger = Messenger(self._id, self._handle)
        self._timer: asyncio.Task[None] | None = None
        self._timer_for: Deadline | None = None
        self._changed = False
        self._updates = 0
        self._renewal_asked = False

    async def live(self) -> None:
        """Until the entity is closed and its effects are settled; then the workflow ends."""
        async with self._turn:
            await self._load_once()
        while True:
            await self._live_on()
            await workflow.wait_condition(workflow.all_handlers_finished)
            # A closed entity may be woken by a command that leaves an effect, such as its erasure.
            if self._over():
                return

    async def _live_on(self) -> None:
        while not self._over():
            self._changed = False
            await self._meet_due_deadlines()
            self._messenger.take_up(self._entity.pending.values())
            self.show(self._entity.state)
            if self._run_is_long():
                await self._begin_anew()
            await self._wait()

    def show(self, state: Any) -> None:
        """Tell the workflow list about the state, in search attributes: nothing by default."""

    @workflow.update
    async def submit(self, submission: Submission) -> Receipt:
        """Take one command. Fails with `Rejected` and all the reasons if it is refused."""
        self._updates += 1
        with _told_to_the_sender():
            await self._meet_due_deadlines()
            return await self._handle(submission)

    @submit.validator
    def check(self, submission: Submission) -> None:
        """Refuse without leaving a trace, where the decision needs nothing but what is here."""
        with _told_to_the_sender():
            command = self._read(submission)
            if self._loaded and not self._decider.needs(self._entity.state, command):
                context = self._context(submission, self._programme, Gathered())
                self._decider.decide(self._entity.state, command, context)

    @workflow.signal
    async def hear(self, submission: Submission, answer_to: str) -> None:
        """Take a command from another entity, and tell it whether this one did so."""
        answer = await self._answer(submission)
        try:
            await workflow.get_external_workflow_handle(answer_to).signal(ANSWERED, answer)
        except ApplicationError:
            # Whoever asked runs no more: its log says so, and it asks again when it does.
            workflow.logger.info("answer_not_taken")

    async def _answer(self, submission: Submission) -> Answer:
        try:
            with _faults_as_failures():
                await self._meet_due_deadlines()
                await self._handle(submission)
        except Rejected as refusal:
            codes = tuple(reason.code for reason in refusal.reasons)
            return Answer(effect_id=submission.command_id, outcome="refused", reasons=codes)
        except FailureError:
            return Answer(effect_id=submission.command_id, outcome="failed")
        return Answer(effect_id=submission.command_id, outcome="done")

    @workflow.signal(name=ANSWERED)
    def answered(self, answer: Answer) -> None:
        """Take the answer of an entity that this one told something."""
        self._messenger.hear(answer)

    @workflow.signal
    def renew(self) -> None:
        """Begin a new run from the log: on the code that is deployed now, with a short history."""
        self._renewal_asked = True

    @workflow.query
    def snapshot(self) -> Snapshot:
        """What the host holds, to compare with the log."""
        return Snapshot(
            version=self._entity.version,
            state=self._entity.state.model_dump(mode="json"),
            pending=tuple(self._entity.pending),
        )

    async def _handle(self, submission: Submission) -> Receipt:
        """Decide, append and evolve; decide anew if somebody else has written meanwhile."""
        command = self._read(submission)
        async with self._turn:
            await self._load_once()
            for _ in range(DECISION_ATTEMPTS):
                asked = self._decider.needs(self._entity.state, command)
                programme = await self._programme_among(asked)
                gathered = await self._gather(asked)
                context = self._context(submission, programme, gathered)
                events = self._decider.decide(self._entity.state, command, context)
                try:
                    types = await self._record(events, submission, programme, gathered)
                except ApplicationError as failure:
                    if failure.type == contracts.COMMAND_REUSED:
                        raise Rejected(ID_USED) from failure
                    if failure.type != contracts.VERSION_CONFLICT:
                        raise
                    await self._load()
                    continue
                return self._receipt(submission, types, context)
        raise ApplicationError(
            f"{self._id} is written to by somebody else all the time: try again",
            type=contracts.VERSION_CONFLICT,
        )

    def _read(self, submission: Submission) -> Command:
        return registry.read(self._decider.kind, submission.command, submission.data)

    async def _programme_among(self, asked: list[Reference]) -> Definition | None:
        """The definition that the decision asks for, or else the one that the entity is on."""
        for reference in asked:
            if reference.kind != PROGRAMME_DEFINITION:
                continue
            try:
                return await durably(contracts.LOAD_PROGRAMME, reference.name, Definition)
            except ApplicationError as failure:
                raise Rejected(
                    Reason(
                        code="programme_not_published",
                        message=f"The programme {reference.name} is not published.",
                    )
                ) from failure
        return self._programme

    async def _gather(self, asked: list[Reference]) -> Gathered:
        """The facts of the entities that the decision asks for."""
        others = [one.name for one in asked if one.kind != PROGRAMME_DEFINITION]
        if not others:
            return Gathered()
        request = FactsRequest(entity_ids=tuple(others))
        return await durably(contracts.GATHER_FACTS, request, Gathered)

    def _context(
        self, submission: Submission, programme: Definition | None, gathered: Gathered
    ) -> Context:
        return Context(
            now=workflow.now(),
            actor=submission.actor,
            programme=programme,
            references={one.entity_id: facts_of(one.entity_id, one.facts) for one in gathered.of},
            command_id=submission.command_id,
        )

    async def _record(
        self,
        events: list[Event],
        submission: Submission,
        programme: Definition | None,
        gathered: Gathered,
    ) -> tuple[str, ...]:
        """Append and evolve; the stored types of what stands in the log for this command now."""
        if not events:
            return ()
        label = programme.label if programme else None
        relied_on = {one.entity_id: one.version for one in gathered.of}
        decided = new_events(events, submission.origin, label, relied_on)
        request = AppendRequest(
            entity_id=self._id, expected_version=self._entity.version, events=tuple(decided)
        )
        reply = await durably(contracts.APPEND_EVENTS, request, AppendReply)
        if reply.repeated:
            # An earlier attempt wrote: perhaps not what was decided now, at a later moment.
            await self._load()
            return reply.types
        for new, event in zip(decided, events, strict=True):
            self._entity = step(self._decider, self._entity, event, new.event_id, label)
        self._programme = programme
        self._changed = True
        return reply.types

    async def _load_once(self) -> None:
        if not self._loaded:
            await self._load()

    async def _load(self) -> None:
        loaded = await durably(contracts.LOAD_ENTITY, self._id, LoadedEntity)
        self._programme = loaded.programme
        self._entity = Folded(
            state=type(self._decider.initial()).model_validate(loaded.state),
            version=loaded.version,
            programme_version=loaded.programme.label if loaded.programme else None,
            pending={one.id: one for one in loaded.pending},
        )
        self._loaded = True
        self._changed = True

    def _receipt(self, submission: Submission, types: tuple[str, ...], context: Context) -> Receipt:
        return Receipt(
            entity_id=self._id,
            command_id=submission.command_id,
            version=self._entity.version,
            events=types,
            permitted=open_transitions(self._decider, self._entity.state, context),
        )

    async def _meet_due_deadlines(self) -> None:
        met = None
        while (deadline := self._next_deadline()) and deadline.at <= workflow.now():
            if deadline == met:
                raise RuntimeError(f"the deadline {deadline.kind} stands although it was met")
            await self._handle(meeting(self._id, deadline))
            met = deadline

    def _next_deadline(self) -> Deadline | None:
        return next(iter(self._decider.deadlines(self._entity.state)), None)

    async def _wait(self) -> None:
        """Until something changed or the earliest deadline has come."""
        self._set_timer(self._next_deadline())
        await workflow.wait_condition(
            lambda: (
                self._changed
                or self._run_is_long()
                or self._messenger.has_news()
                or (self._timer is not None and self._timer.done())
                or self._over()
            )
        )

    def _set_timer(self, deadline: Deadline | None) -> None:
        """One timer, for the earliest deadline; set anew only when that is another one."""
        if self._timer and self._timer_for == deadline and not self._timer.done():
            return
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.create_task(_sleep_until(deadline.at)) if deadline else None
        self._timer_for = deadline

    def _run_is_long(self) -> bool:
        return (
            self._renewal_asked
            or self._updates >= UPDATES_A_RUN
            or workflow.info().is_continue_as_new_suggested()
        )

    async def _begin_anew(self) -> None:
        await self._messenger.finish()
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(EntityStart(entity_id=self._id))

    def _over(self) -> bool:
        """Closed and with nothing left to do; or never begun, its first command being refused."""
        if self._entity.version == 0:
            return workflow.all_handlers_finished()
        return self._decider.is_closed(self._entity.state) and not self._entity.pending


async def _sleep_until(instant: datetime) -> None:
    await asyncio.sleep((instant - workflow.now()).total_seconds())


@contextmanager
def _told_to_the_sender() -> Iterator[None]:
    """A refusal, or a fault in the rules, fails the command."""
    try:
        with _faults_as_failures():
            yield
    except Rejected as refusal:
        reasons = [reason.model_dump() for reason in refusal.reasons]
        raise ApplicationError(
            "the command is refused", reasons, type=REJECTED, non_retryable=True
        ) from None


@contextmanager
def _faults_as_failures() -> Iterator[None]:
    """A fault in the rules fails one command.

    Any other exception would stall the workflow, and every later command with it.
    """
    try:
        yield
    except (Rejected, FailureError):
        raise
    except Exception as fault:
        raise ApplicationError(
            "the command could not be decided", type=UNDECIDED, non_retryable=True
        ) from fault
