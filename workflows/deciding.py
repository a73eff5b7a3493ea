"""Deciding for one entity: one command at a time is decided, appended and evolved.

The log is the truth: what is held here is the fold of the entity's stream, and is folded anew
whenever somebody else has written to it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities import contracts
from activities.contracts import (
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
from domain.programmes.shared import shared
from workflows.durable import durably
from workflows.refusals import ID_USED

DECISION_ATTEMPTS = 5
"""How often a decision is taken anew because somebody else wrote to the stream meanwhile."""


class Deciding:
    """An entity as its stream says it is, and the only way in which it is written to.

    `changed` says that something was written or read since it was last set to false.
    """

    def __init__(self, entity_id: str) -> None:
        self._id = entity_id
        self._decider = decider_of(entity_id)
        self._loaded = False
        self._programme: Definition | None = None
        # One command at a time: between a decision and its append nothing else may be decided.
        self._turn = asyncio.Lock()
        self.entity: Folded[Any] = Folded(state=self._decider.initial())
        self.changed = False

    async def begin(self) -> None:
        """Fold the stream, unless a command came before and did so."""
        async with self._turn:
            await self._load_once()

    def check(self, submission: Submission) -> None:
        """Raise `Rejected` where the decision needs nothing but what is here."""
        command = self._read(submission)
        if self._loaded and not self._decider.needs(self.entity.state, command):
            context = self._context(submission, self._programme, Gathered())
            self._decider.decide(self.entity.state, command, context)

    async def answer(self, submission: Submission) -> Receipt:
        """Take a command and say what may be done next. Raises what `take` raises."""
        types, context = await self.take(submission)
        return Receipt(
            entity_id=self._id,
            command_id=submission.command_id,
            version=self.entity.version,
            events=types,
            permitted=open_transitions(self._decider, self.entity.state, context),
        )

    async def take(self, submission: Submission) -> tuple[tuple[str, ...], Context]:
        """Decide, append and evolve; decide anew if somebody else has written meanwhile.

        Gives the stored types of the command's events, and what the decision knew. Raises
        `Rejected`, or `ApplicationError` if the append is refused for good.
        """
        command = self._read(submission)
        async with self._turn:
            await self._load_once()
            for _ in range(DECISION_ATTEMPTS):
                asked = self._decider.needs(self.entity.state, command)
                programme = await self._programme_among(asked)
                gathered = await _gathered(asked)
                context = self._context(submission, programme, gathered)
                events = self._decider.decide(self.entity.state, command, context)
                try:
                    types = await self._record(events, submission, programme, gathered)
                except ApplicationError as failure:
                    if failure.type == contracts.COMMAND_REUSED:
                        raise Rejected(ID_USED) from failure
                    if failure.type != contracts.VERSION_CONFLICT:
                        raise
                    await self._load()
                    continue
                return types, context
        raise ApplicationError(
            f"{self._id} is written to by somebody else all the time: try again",
            type=contracts.VERSION_CONFLICT,
        )

    async def meet_due_deadlines(self) -> None:
        """Give the command of every deadline that has come."""
        met = None
        while (deadline := self.next_deadline()) and deadline.at <= workflow.now():
            if deadline == met:
                raise RuntimeError(f"the deadline {deadline.kind} stands although it was met")
            await self.take(meeting(self._id, deadline))
            met = deadline

    def next_deadline(self) -> Deadline | None:
        """The earliest, if there is one."""
        return next(iter(self._decider.deadlines(self.entity.state)), None)

    def is_closed(self) -> bool:
        """Nothing is left to do: closed, with every effect settled."""
        return self._decider.is_closed(self.entity.state) and not self.entity.pending

    def _read(self, submission: Submission) -> Command:
        return registry.read(self._decider.kind, submission.command, submission.data)

    async def _programme_among(self, asked: list[Reference]) -> Definition | None:
        """The definition that the decision asks for, or else the one that the entity is on."""
        for reference in asked:
            if reference.kind != PROGRAMME_DEFINITION:
                continue
            try:
                found = await durably(contracts.LOAD_PROGRAMME, reference.name, Definition)
            except ApplicationError as failure:
                raise Rejected(
                    Reason(
                        code="programme_not_published",
                        message=f"The programme {reference.name} is not published.",
                    )
                ) from failure
            return shared(found)
        return self._programme

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
            entity_id=self._id, expected_version=self.entity.version, events=tuple(decided)
        )
        reply = await durably(contracts.APPEND_EVENTS, request, AppendReply)
        if reply.repeated:
            # An earlier attempt wrote: perhaps not what was decided now, at a later moment.
            await self._load()
            return reply.types
        for new, event in zip(decided, events, strict=True):
            self.entity = step(self._decider, self.entity, event, new.event_id, label)
        self._programme = programme
        self.changed = True
        return reply.types

    async def _load_once(self) -> None:
        if not self._loaded:
            await self._load()

    async def _load(self) -> None:
        loaded = await durably(contracts.LOAD_ENTITY, self._id, LoadedEntity)
        self._programme = shared(loaded.programme) if loaded.programme else None
        self.entity = Folded(
            state=type(self._decider.initial()).model_validate(loaded.state),
            version=loaded.version,
            programme_version=loaded.programme.label if loaded.programme else None,
            pending={one.id: one for one in loaded.pending},
        )
        self._loaded = True
        self.changed = True


async def _gathered(asked: list[Reference]) -> Gathered:
    """The facts of the entities that the decision asks for."""
    others = [one.name for one in asked if one.kind != PROGRAMME_DEFINITION]
    if not others:
        return Gathered()
    request = FactsRequest(entity_ids=tuple(others))
    return await durably(contracts.GATHER_FACTS, request, Gathered)
