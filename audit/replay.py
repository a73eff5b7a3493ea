"""Replay: what the log says of entities, as of an instant that happened and one that was known.

`effective` asks what had happened by then, `known` what had been recorded by then; either may be
left out. An entity of which nothing had happened or was known did not exist.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from audit.log import Log, Stream
from domain.deciders import decider_of
from domain.events.envelope import RecordedEvent
from domain.fold import Folded, as_of, fold
from domain.group.state import Group
from domain.pathway import Pathway
from domain.value import Value
from eventstore.store import EventStore
from projections.follow import Until


@dataclass(frozen=True)
class Replayed:
    """One entity at an instant: the events that count, and what they fold to."""

    entity_id: str
    events: list[RecordedEvent]
    folded: Folded[Any]

    @property
    def existed(self) -> bool:
        return bool(self.events)


class PathwayRow(Value):
    """One pathway in a replay of the clinic. `group_id` is the group in which it has a seat."""

    entity_id: str
    status: str
    phase: str | None
    version: int
    group_id: str | None = None


class GroupRow(Value):
    """One group in a replay of the clinic, with how many of its seats were whose."""

    entity_id: str
    status: str
    members: int
    reserved: int
    version: int


Row = PathwayRow | GroupRow


@dataclass
class Counts:
    """What a replay of the clinic counted on the way, over so many `events`.

    `by_kind` counts entities, `by_phase` and `by_status` pathways.
    """

    events: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_phase: Counter[str] = field(default_factory=Counter)
    by_status: Counter[str] = field(default_factory=Counter)


class Census(Value):
    """The clinic at an instant, computed from the log as it is settled up to `position`.

    `by_phase` and `by_status` count pathways, `by_kind` entities of every kind.
    """

    groups: tuple[GroupRow, ...]
    pathways: tuple[PathwayRow, ...]
    by_phase: dict[str, int]
    by_status: dict[str, int]
    by_kind: dict[str, int]
    events: int
    position: int


async def replay(
    store: EventStore, entity_id: str, effective: datetime | None, known: datetime | None
) -> Replayed:
    """One entity at an instant. Raises `UnknownEntity` if no kind of entity has such ids."""
    decider = decider_of(entity_id)
    events = as_of(await store.read_stream(entity_id), effective, known)
    return Replayed(entity_id=entity_id, events=events, folded=fold(decider, events))


async def replay_clinic(log: Log, until: Until, counts: Counts) -> AsyncIterator[Row]:
    """Every group and pathway that existed, in the order of their ids: groups come first.

    All that a log holds passes by and nothing of it is kept; `counts` grows with it. The answer is
    of the log up to `until.seq`, or up to what is settled now.
    """
    async for stream in log.streams(await settled(log, until)):
        row = _row(stream, counts)
        if row is not None:
            yield row


async def census(log: Log, effective: datetime | None, known: datetime | None) -> Census:
    """The clinic at an instant, in one piece."""
    until = await settled(log, Until(effective=effective, known=known))
    counts = Counts()
    rows = [row async for row in replay_clinic(log, until, counts)]
    return Census(
        groups=tuple(row for row in rows if isinstance(row, GroupRow)),
        pathways=tuple(row for row in rows if isinstance(row, PathwayRow)),
        position=until.seq or 0,
        **counted(counts),
    )


def counted(counts: Counts) -> dict[str, Any]:
    """The counts of a census, each in the order of its words."""
    return {
        "by_phase": dict(sorted(counts.by_phase.items())),
        "by_status": dict(sorted(counts.by_status.items())),
        "by_kind": dict(sorted(counts.by_kind.items())),
        "events": counts.events,
    }


async def settled(log: Log, until: Until) -> Until:
    """The same instants, of the log as it is settled now if no position is given."""
    return until if until.seq is not None else replace(until, seq=await log.position())


def state_of(stream: Stream) -> Any:
    """What a stream folds to. Its effects are left out: they are no part of what was so."""
    decider = decider_of(stream[0].stream_id)
    state = decider.initial()
    for recorded in stream:
        state = decider.evolve(state, recorded.event)
    return state


def _row(stream: Stream, counts: Counts) -> Row | None:
    entity_id, version = stream[0].stream_id, stream[-1].version
    counts.events += len(stream)
    counts.by_kind[entity_id.partition("-")[0]] += 1
    state = state_of(stream)
    match state:
        case Pathway():
            counts.by_phase[state.phase or "none"] += 1
            counts.by_status[state.status] += 1
            return PathwayRow(
                entity_id=entity_id,
                status=state.status,
                phase=state.phase,
                version=version,
                group_id=state.group_id,
            )
        case Group():
            return GroupRow(
                entity_id=entity_id,
                status=state.status,
                members=len(state.members),
                reserved=len(state.reservations),
                version=version,
            )
        case _:
            return None
