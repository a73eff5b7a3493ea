"""Why an event is in the log: who asked for what, what was checked, what led to it and followed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from audit.causes import Causes, Link, Place
from audit.deciding import Retaken, Retaking
from audit.decisions import Decision, decisions
from audit.elsewhere import Elsewhere
from audit.guarding import Guard, watched
from audit.log import Log, Stream
from audit.stepping import See, everything
from domain.actor import Actor
from domain.deciders import decider_of
from domain.value import Value

MOST = 60
"""Decisions shown of what followed; more than that says no more."""

DEEPEST = 4
"""Steps that are followed from the event on."""


class Node(Value):
    """A decision in the tree of causes, and what it led to. `asked`: the one that was asked about.

    `more` says how many further decisions followed that are not shown.
    """

    entity_id: str
    version: int
    seq: int
    actor: Actor
    effective_at: AwareDatetime
    types: tuple[str, ...]
    asked: bool = False
    more: int = 0
    led_to: tuple["Node", ...] = ()


class Why(Value):
    """All that explains one event.

    `command` is what was asked for, with the data that it must have had; it is `certain` where its
    id proves it, and read back from the events otherwise. `guards` are those that the rules check,
    `conforms` says that exactly the recorded events follow. `relied_on` are the versions of other
    entities that were looked at. `tree` begins with whoever began.
    """

    entity_id: str
    version: int
    seq: int
    type: str
    event_id: UUID
    effective_at: AwareDatetime
    recorded_at: AwareDatetime
    actor: Actor
    programme: str | None
    relied_on: dict[str, int]
    command_id: UUID
    command: str | None
    certain: bool
    data: dict[str, Any]
    conforms: bool
    guards: tuple[Guard, ...]
    recorded: tuple[str, ...]
    tree: Node


@dataclass
class Asking:
    """Questions about one log."""

    log: Log
    see: See = everything
    causes: Causes = field(init=False)

    def __post_init__(self) -> None:
        self.causes = Causes(self.log)

    async def why(self, place: Place, stream: Stream) -> Why:
        """Why the event of this place is there; `stream` is the whole of its stream."""
        decision = next(one for one in decisions(stream) if one.events[-1].version >= place.version)
        retaken = await Retaking(Elsewhere(self.log)).retake(decision)
        one = next(each for each in decision.events if each.version == place.version)
        return Why(
            entity_id=one.stream_id,
            version=one.version,
            seq=one.seq,
            type=one.type,
            event_id=one.event_id,
            effective_at=one.effective_at,
            recorded_at=one.recorded_at,
            actor=one.origin.actor,
            programme=one.programme_version,
            relied_on=one.relied_on,
            command_id=one.origin.command_id,
            recorded=tuple(each.type for each in decision.events),
            tree=await self.tree(place),
            **self._asked_for(decision, retaken),
        )

    async def tree(self, place: Place) -> Node:
        """From whoever began, down to the event's decision, and on to what followed from it."""
        link = await self.causes.link_at(place)
        node = await self._following(link, DEEPEST, [MOST])
        node = node.model_copy(update={"asked": True})
        while cause := await self.causes.cause_of(link):
            others = len(await self.causes.caused_by(cause)) - 1
            node = _node(cause, (node,), max(0, others))
            link = cause
        return node

    async def _following(self, link: Link, deep: int, left: list[int]) -> Node:
        following = await self.causes.caused_by(link)
        shown = []
        for one in following if deep else ():
            if left[0] > 0:
                left[0] -= 1
                shown.append(await self._following(one, deep - 1, left))
        return _node(link, tuple(shown), len(following) - len(shown))

    def _asked_for(self, decision: Decision, retaken: Retaken | None) -> Mapping[str, Any]:
        if retaken is None:
            return {"command": None, "certain": False, "data": {}, "conforms": False, "guards": ()}
        return {
            "command": retaken.given.name,
            "certain": retaken.given.certain,
            "data": self.see(retaken.command.model_dump(mode="json", exclude_defaults=True)),
            "conforms": retaken.agrees_with(decision),
            "guards": guards_of(decision, retaken),
        }


def guards_of(decision: Decision, retaken: Retaken) -> tuple[Guard, ...]:
    """The guards that the rules check before this decision."""
    decide = decider_of(decision.entity_id).decide
    return watched(lambda: decide(decision.before.state, retaken.command, retaken.context))


def _node(link: Link, led_to: tuple[Node, ...], more: int) -> Node:
    return Node(
        entity_id=link.entity_id,
        version=link.version,
        seq=link.seq,
        actor=link.actor,
        effective_at=link.effective_at,
        types=link.types,
        more=more,
        led_to=led_to,
    )
