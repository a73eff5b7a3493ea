"""Comparing two instants: what one entity, or the clinic, became between them.

Each side has two clocks: what had happened, and what was recorded, by then. So the same day as it
was known on two days shows exactly what came late.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from audit.differences import Change, by_place, differences
from audit.log import Log, Stream
from audit.replay import state_of
from audit.stepping import See, everything
from domain.deciders import decider_of
from domain.fold import as_of
from domain.value import Value
from projections.follow import Until


class Brief(Value):
    """An entity in a few words. `phase` is of pathways only."""

    status: str
    phase: str | None
    version: int


class Differing(Value):
    """An entity that is not the same at both instants; where it did not exist there is `None`."""

    entity_id: str
    before: Brief | None
    after: Brief | None
    events: int


@dataclass(frozen=True)
class Compared:
    """One entity at two instants, with the events that count on one side only.

    `gone` are events that counted before and do not any more: the later side knew less.
    """

    entity_id: str
    existed: tuple[bool, bool]
    changes: tuple[Change, ...]
    came: Stream
    gone: Stream


def compare(
    entity_id: str, events: Stream, before: Until, after: Until, see: See = everything
) -> Compared:
    """One entity at two instants. Raises `UnknownEntity`."""
    old, new = _counting(events, before), _counting(events, after)
    seqs = {one.seq for one in old}, {one.seq for one in new}
    return Compared(
        entity_id=entity_id,
        existed=(bool(old), bool(new)),
        changes=tuple(
            differences(_seen(entity_id, old, see), _seen(entity_id, new, see), parts=by_place)
        ),
        came=[one for one in new if one.seq not in seqs[0]],
        gone=[one for one in old if one.seq not in seqs[1]],
    )


async def compare_clinic(log: Log, before: Until, after: Until) -> AsyncIterator[Differing]:
    """Every entity that differs, in the order of ids: the log passes by once.

    Both are of the log up to `after.seq`.
    """
    async for stream in log.streams(Until(seq=after.seq)):
        old, new = _counting(stream, before), _counting(stream, after)
        if [one.seq for one in old] != [one.seq for one in new]:
            yield Differing(
                entity_id=stream[0].stream_id,
                before=_brief(old),
                after=_brief(new),
                events=len(new) - len(old),
            )


def _counting(stream: Stream, until: Until) -> Stream:
    counting = as_of(stream, until.effective, until.known)
    return counting if until.seq is None else [one for one in counting if one.seq <= until.seq]


def _seen(entity_id: str, events: Stream, see: See) -> dict[str, Any]:
    state = state_of(events) if events else decider_of(entity_id).initial()
    return see(state.model_dump(mode="json"))


def _brief(events: Stream) -> Brief | None:
    if not events:
        return None
    state = state_of(events)
    return Brief(
        status=str(getattr(state, "status", "open")),
        phase=getattr(state, "phase", None),
        version=events[-1].version,
    )
