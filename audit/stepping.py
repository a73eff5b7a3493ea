"""Stepping through an entity event by event: the state, the open deadlines, what was permitted.

Each step asks the entity's own Decider, under the programme version in force after that event.
What was permitted is told as of when the event happened, to somebody in the asked role.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import AwareDatetime

from audit.differences import Change, by_place, differences
from domain.actor import Actor, Role
from domain.decider import Context, Deadline, Transition
from domain.deciders import decider_of
from domain.events.envelope import RecordedEvent
from domain.fold import Folded, start, step
from domain.programmes.definition import Definition
from domain.value import Value

LATE_AFTER = timedelta(days=1)
"""An event recorded longer than this after it happened was recorded late."""

Look = Callable[[str], Awaitable[Definition | None]]
"""Finds a programme's version by its label."""

See = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Leaves out of a record what the reader may not see."""


class Step(Value):
    """The entity after one event.

    `changes` is what this event made of the state before, `state` the whole of it if that was asked
    for; `deadlines` are those that time itself would cause from here, the earliest first; `pending`
    names the effects that nobody had settled yet. Between the events of one decision nothing could
    be done: `permitted` is there at the last of them, where `decided` is true.
    """

    version: int
    seq: int
    type: str
    effective_at: AwareDatetime
    recorded_at: AwareDatetime
    late: bool
    actor: Actor
    programme: str | None
    data: dict[str, Any]
    changes: tuple[Change, ...]
    state: dict[str, Any] | None
    deadlines: tuple[Deadline, ...]
    pending: tuple[str, ...]
    decided: bool
    permitted: tuple[Transition, ...]


def everything(record: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody sees who may see it all."""
    return dict(record)


def is_late(recorded: RecordedEvent) -> bool:
    """Whether an event was recorded long after it happened."""
    return recorded.recorded_at - recorded.effective_at > LATE_AFTER


@dataclass(frozen=True)
class Asked:
    """Which steps: from event `first` on, counted from 1, to event `last` if that is given.

    `whole` asks for the whole state at each of them, `role` is who would have been permitted.
    """

    first: int = 1
    last: int | None = None
    whole: bool = False
    role: Role = "supervisor"
    see: See = everything

    def wants(self, version: int) -> bool:
        return version >= self.first and (self.last is None or version <= self.last)


async def steps(
    entity_id: str, events: Sequence[RecordedEvent], look: Look, asked: Asked
) -> AsyncIterator[Step]:
    """The steps of the entity that are asked for, one at a time. Raises `UnknownEntity`."""
    decider = decider_of(entity_id)
    folded = start(decider)
    last_of = {one.origin.command_id: one.version for one in events}
    for one in events:
        before = folded
        folded = step(decider, folded, one.event, one.event_id, one.programme_version)
        if asked.wants(one.version):
            label = folded.programme_version
            programme = await look(label) if label else None
            whoever = Actor(subject="whoever-asks", role=asked.role)
            context = Context(now=one.effective_at, actor=whoever, programme=programme)
            found = _step(one, before, folded, asked)
            decided = last_of[one.origin.command_id] == one.version
            permitted = decider.permitted(folded.state, context) if decided else ()
            yield found.model_copy(update={"decided": decided, "permitted": tuple(permitted)})


def _step(one: RecordedEvent, before: Folded[Any], after: Folded[Any], asked: Asked) -> Step:
    decider = decider_of(one.stream_id)
    old, state = (asked.see(each.state.model_dump(mode="json")) for each in (before, after))
    return Step(
        version=one.version,
        seq=one.seq,
        type=one.type,
        effective_at=one.effective_at,
        recorded_at=one.recorded_at,
        late=is_late(one),
        actor=one.origin.actor,
        programme=after.programme_version,
        data=asked.see(one.event.model_dump(mode="json", exclude={"at"})),
        changes=tuple(differences(old, state, parts=by_place)),
        state=state if asked.whole else None,
        deadlines=tuple(decider.deadlines(after.state)),
        pending=tuple(each.effect.name for each in after.pending.values()),
        decided=False,
        permitted=(),
    )
