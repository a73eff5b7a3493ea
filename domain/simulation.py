"""A clinic on a virtual clock: the same decisions as live, at instants of our choosing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from typing import Any
from uuid import UUID

from domain.actor import Actor
from domain.commands import registry
from domain.commands.submission import Submission, meeting, settling, telling
from domain.decider import ENTITY, PROGRAMME_DEFINITION, Context, Deadline, Reason, Rejected
from domain.deciders import decider_of
from domain.events.envelope import NewEvent, new_events
from domain.fold import Folded, PendingEffect, start, step
from domain.programmes.definition import Definition
from domain.value import Value


@dataclass
class Entity:
    """One entity of the clinic. `history` is what the log would hold of it, in order."""

    id: str
    folded: Folded[Any]
    programme: Definition | None = None
    history: list[NewEvent] = field(default_factory=list)

    @property
    def state(self) -> Any:
        return self.folded.state


@dataclass
class Clinic:
    """Entities that live through commands and deadlines without a server.

    What they tell each other is heard at once; every other effect is done. `new_id` gives the ids
    of commands. `programmes` are the published definitions, by their labels.
    """

    programmes: dict[str, Definition]
    now: datetime
    new_id: Callable[[], UUID]
    entities: dict[str, Entity] = field(default_factory=dict)
    _under_way: set[UUID] = field(default_factory=set)
    _due: list[tuple[datetime, str]] = field(default_factory=list)
    _watched: dict[str, Deadline | None] = field(default_factory=dict)

    def entity(self, entity_id: str) -> Entity:
        """The entity as it is; as nothing happened to it yet if it is new."""
        if entity_id not in self.entities:
            self.entities[entity_id] = Entity(entity_id, start(decider_of(entity_id)))
        return self.entities[entity_id]

    def submit(self, entity_id: str, command: str, actor: Actor, **data: Any) -> None:
        """Give an entity a command now. Raises `Rejected`."""
        submission = Submission(command_id=self.new_id(), command=command, data=data, actor=actor)
        self.take(entity_id, submission)

    def pass_until(self, instant: datetime) -> None:
        """Let time go on: every deadline on the way is met when it comes."""
        while self._due and self._due[0][0] <= instant:
            at, entity_id = heappop(self._due)
            deadline = self._watched[entity_id]
            # What stood here before the entity changed may not stand any more.
            if deadline and deadline.at == at:
                self.now = max(self.now, at)
                self.take(entity_id, meeting(entity_id, deadline))
        self.now = max(self.now, instant)

    def facts(self, entity_id: str) -> Value:
        """What an entity lets others know."""
        decider = decider_of(entity_id)
        return decider.facts(self.entity(entity_id).state)

    def take(self, entity_id: str, submission: Submission) -> None:
        """Decide, record and have the effects done. Raises `Rejected`."""
        entity, decider = self.entity(entity_id), decider_of(entity_id)
        command = registry.read(decider.kind, submission.command, submission.data)
        asked = decider.needs(entity.state, command)
        others = [one.name for one in asked if one.kind != PROGRAMME_DEFINITION]
        named = [one.name for one in asked if one.kind == PROGRAMME_DEFINITION]
        programme = self._published(named[0]) if named else entity.programme
        context = Context(
            now=self.now,
            actor=submission.actor,
            programme=programme,
            references={one: self.facts(one) for one in others},
            command_id=submission.command_id,
        )
        events = decider.decide(entity.state, command, context)
        label = programme.label if programme else None
        relied_on = {one: self.entity(one).folded.version for one in others}
        recorded = new_events(events, submission.origin, label, relied_on)
        for new, event in zip(recorded, events, strict=True):
            entity.folded = step(decider, entity.folded, event, new.event_id, label)
        if events:
            entity.programme = programme
        entity.history += recorded
        self._watch(entity)
        for pending in list(entity.folded.pending.values()):
            self._perform(entity, pending)

    def _published(self, label: str) -> Definition:
        if label not in self.programmes:
            message = f"The programme {label} is not published."
            raise Rejected(Reason(code="programme_not_published", message=message))
        return self.programmes[label]

    def _perform(self, entity: Entity, pending: PendingEffect) -> None:
        if pending.id in self._under_way or pending.id not in entity.folded.pending:
            return
        self._under_way.add(pending.id)
        outcome, reasons = self._told(entity, pending)
        self.take(entity.id, settling(pending, outcome, attempts=1, reasons=reasons))
        self._under_way.remove(pending.id)

    def _told(self, entity: Entity, pending: PendingEffect) -> tuple[Any, tuple[str, ...]]:
        if pending.effect.port != ENTITY:
            return "done", ()
        try:
            self.take(pending.effect.recipient, telling(entity.id, pending))
        except Rejected as refusal:
            return "refused", tuple(reason.code for reason in refusal.reasons)
        return "done", ()

    def _watch(self, entity: Entity) -> None:
        """Come back to the entity when its next deadline is due."""
        deadline = next(iter(decider_of(entity.id).deadlines(entity.state)), None)
        if deadline and deadline != self._watched.get(entity.id):
            heappush(self._due, (deadline.at, entity.id))
        self._watched[entity.id] = deadline
