"""The life that an entity would have led under a changed policy, decision by decision.

Until something differs it is the life that was recorded. From then on every recorded command is
decided on the state that it would have met, deadlines come when they would have come, and whatever
the policy itself had refused is asked for again until its guards hold. Other entities are as they
were recorded, and nobody does what they did not do. Where the rules need what nobody recorded, the
life stops there: what follows is compared with the record again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.deciding import Retaken
from audit.decisions import Decision
from audit.elsewhere import Elsewhere
from audit.otherwise import Otherwise, told_apart
from domain.actor import CLOCK
from domain.commands.base import Command
from domain.commands.registry import read
from domain.commands.submission import meeting
from domain.decider import Context, Deadline, Rejected
from domain.deciders import decider_of
from domain.events.base import Event
from domain.events.effects import EffectSettled
from domain.events.envelope import event_id_of
from domain.fold import Folded, step
from domain.programmes.definition import Definition

Clocked = tuple[str, str]
"""Kind and subject of a deadline: the same in both lives, whenever it comes."""


class LifeStops(Exception):
    """The rules need what nobody recorded, because it was not needed then."""


@dataclass(frozen=True)
class _Outcome:
    events: tuple[Event, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Blocked:
    """What the changed policy refused, though nothing had differed before."""

    decision: Decision
    command: Command
    context: Context


@dataclass
class AnotherLife:
    """One entity under the changed policy. `folded` is what it would be; None: as it was."""

    entity_id: str
    changed: Definition
    elsewhere: Elsewhere
    folded: Folded[Any] | None = None
    began: int | None = None
    stopped: bool = False
    _blocked: dict[str, _Blocked] = field(default_factory=dict)
    _early: dict[Clocked, tuple[Deadline, tuple[Event, ...]]] = field(default_factory=dict)
    _late: dict[Clocked, Decision] = field(default_factory=dict)
    _met: set[tuple[str, str, datetime]] = field(default_factory=set)

    async def goes_on(self, decision: Decision, retaken: Retaken) -> list[Otherwise]:
        """What is otherwise up to this recorded decision, which follows from its rules."""
        try:
            return await self._goes_on(decision, retaken)
        except LifeStops:
            self.stopped = True
            ended = self._ended()
            self._rejoin()
            return ended

    def ends(self) -> list[Otherwise]:
        """What had come in one of the two lives alone when the record ends."""
        return self._ended()

    async def _goes_on(self, decision: Decision, retaken: Retaken) -> list[Otherwise]:
        now = retaken.context.now
        found = await self._time_passes(now)
        if self.folded is not None and decision.events[0].origin.actor == CLOCK:
            found += self._recorded_deadline(decision)
        elif not self._is_settled_of_nothing(decision):
            found += await self._decided(decision, retaken)
        found += await self._asked_again(decision, now)
        if self._is_as_it_was(decision):
            self._rejoin()
        return found

    async def _decided(self, decision: Decision, retaken: Retaken) -> list[Otherwise]:
        base = self.folded or decision.before
        outcome = await self._outcome(base, retaken.command, retaken.context)
        told = _told(retaken.events, outcome)
        if self.folded is None and told is None:
            return []
        by_policy = self.folded is None or await self._is_by_policy(decision, retaken, outcome)
        name, first = retaken.given.name, decision.events[0]
        self._blocked.pop(name, None)
        if self.folded is None:
            self.began = first.seq
        if outcome.reasons and by_policy:
            self._blocked[name] = _Blocked(decision, retaken.command, retaken.context)
        self.folded = self._after(base, outcome.events, decision.command_id)
        if told is None:
            return []
        began = None if by_policy else self.began
        return [_otherwise(decision, name, follows_from=began, **told)]

    async def _is_by_policy(self, decision: Decision, retaken: Retaken, outcome: _Outcome) -> bool:
        """Whether it would be otherwise likewise if nothing had been otherwise before."""
        alone = await self._outcome(decision.before, retaken.command, retaken.context)
        differs = _told(retaken.events, alone) is not None
        return differs and bool(alone.reasons) == bool(outcome.reasons)

    async def _asked_again(self, decision: Decision, now: datetime) -> list[Otherwise]:
        """What was blocked by the policy, wherever its guards hold by now."""
        found = []
        for name, one in list(self._blocked.items()):
            if self.folded is None or one.decision is decision:
                continue
            context = replace(one.context, now=max(now, one.context.now), references={})
            outcome = await self._outcome(self.folded, one.command, context)
            if outcome.events:
                del self._blocked[name]
                self.folded = self._after(self.folded, outcome.events, one.decision.command_id)
                told = told_apart((), outcome.events) or {}
                later = {"follows_from": self.began, "instead_at": context.now}
                found.append(_otherwise(one.decision, name, **told, **later))
        return found

    async def _time_passes(self, now: datetime) -> list[Otherwise]:
        """Meet every deadline that this life alone has until now."""
        found: list[Otherwise] = []
        while self.folded is not None and (due := self._due(self.folded, now)):
            self._met.add((due.kind, due.subject, due.at))
            sent = meeting(self.entity_id, due)
            command = read(decider_of(self.entity_id).kind, sent.command, sent.data)
            context = Context(
                now=due.at, actor=CLOCK, programme=self.changed, command_id=sent.command_id
            )
            outcome = await self._outcome(self.folded, command, context)
            self.folded = self._after(self.folded, outcome.events, sent.command_id)
            found += self._deadline_here(due, outcome.events)
        return found

    def _due(self, folded: Folded[Any], now: datetime) -> Deadline | None:
        waiting = (
            one
            for one in decider_of(self.entity_id).deadlines(folded.state)
            if one.at <= now and (one.kind, one.subject, one.at) not in self._met
        )
        return min(waiting, key=lambda one: one.at, default=None)

    def _deadline_here(self, due: Deadline, events: tuple[Event, ...]) -> list[Otherwise]:
        recorded = self._late.pop((due.kind, due.subject), None)
        if recorded is not None:
            return self._both(recorded, due, events)
        self._early[due.kind, due.subject] = (due, events)
        return []

    def _recorded_deadline(self, decision: Decision) -> list[Otherwise]:
        for deadline in decider_of(self.entity_id).deadlines(decision.before.state):
            if meeting(self.entity_id, deadline).command_id == decision.command_id:
                clocked = (deadline.kind, deadline.subject)
                early = self._early.pop(clocked, None)
                if early is not None:
                    return self._both(decision, *early)
                self._late[clocked] = decision
        return []

    def _both(
        self, recorded: Decision, due: Deadline, events: tuple[Event, ...]
    ) -> list[Otherwise]:
        """A deadline that came in both lives, in each at its own time."""
        told = told_apart(_events(recorded), events)
        if told is None:
            return []
        moved = due.at if due.at != recorded.events[0].effective_at else None
        more = {"follows_from": self.began, "instead_at": moved}
        return [_otherwise(recorded, due.kind, **told, **more)]

    def _ended(self) -> list[Otherwise]:
        found = []
        for (kind, _), recorded in self._late.items():
            told = told_apart(_events(recorded), ())
            if told:
                found.append(_otherwise(recorded, kind, follows_from=self.began, **told))
        for (kind, _), (due, events) in self._early.items():
            told = told_apart((), events)
            if told:
                found.append(
                    Otherwise(
                        entity_id=self.entity_id,
                        version=None,
                        seq=None,
                        at=due.at,
                        command=kind,
                        follows_from=self.began,
                        **told,
                    )
                )
        return found

    def _is_settled_of_nothing(self, decision: Decision) -> bool:
        """Whether it tells what came of an effect that this life never asked for."""
        event = decision.events[0].event
        if self.folded is None or not isinstance(event, EffectSettled):
            return False
        return event.effect_id not in self.folded.pending

    def _is_as_it_was(self, decision: Decision) -> bool:
        if self.folded is None or self._blocked or self._early or self._late:
            return False
        same: bool = self.folded.state == decision.after.state
        return same

    def _rejoin(self) -> None:
        self.folded = self.began = None
        for memory in (self._blocked, self._early, self._late, self._met):
            memory.clear()

    async def _outcome(self, base: Folded[Any], command: Command, context: Context) -> _Outcome:
        """What the changed policy decides. Raises `LifeStops`."""
        decider = decider_of(self.entity_id)
        needed = [
            one
            for one in decider.needs(base.state, command)
            if self.folded is not None and one.name not in context.references
        ]
        try:
            facts = await self.elsewhere.facts_at(needed, context.now)
            known = replace(
                context, programme=self.changed, references={**context.references, **facts}
            )
            return _Outcome(events=tuple(decider.decide(base.state, command, known)))
        except Rejected as refusal:
            return _Outcome(reasons=tuple(dict.fromkeys(one.code for one in refusal.reasons)))
        except LookupError:
            raise LifeStops from None

    def _after(self, base: Folded[Any], events: Sequence[Event], command_id: UUID) -> Folded[Any]:
        decider = decider_of(self.entity_id)
        for number, event in enumerate(events):
            event_id = event_id_of(command_id, number)
            base = step(decider, base, event, event_id, base.programme_version)
        return base


def _told(recorded: Sequence[Event], outcome: _Outcome) -> dict[str, Any] | None:
    if outcome.reasons:
        gone = told_apart(recorded, ()) or {}
        return {"area": "transitions", "reasons": outcome.reasons} if gone else None
    return told_apart(recorded, outcome.events)


def _otherwise(decision: Decision, command: str, **told: Any) -> Otherwise:
    first = decision.events[0]
    return Otherwise(
        entity_id=decision.entity_id,
        version=first.version,
        seq=first.seq,
        at=first.effective_at,
        command=command,
        **told,
    )


def _events(decision: Decision) -> list[Event]:
    return [one.event for one in decision.events]
