"""A stream as the decisions it was made by: the events of one command, and what was so before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from uuid import UUID

from audit.log import Stream
from domain.deciders import decider_of
from domain.fold import Folded, PendingEffect, start, step


@dataclass(frozen=True)
class Decision:
    """The events of one command, with the entity before them and after.

    `asked` are the effects that it asked for, also those that it settled itself.
    """

    entity_id: str
    command_id: UUID
    events: Stream
    before: Folded[Any]
    after: Folded[Any]
    asked: Mapping[UUID, PendingEffect]

    @property
    def programme(self) -> str | None:
        """The label of the programme version in force when it was taken."""
        return self.events[0].programme_version


def decisions(stream: Stream) -> Iterator[Decision]:
    """The decisions of a whole stream, in order."""
    entity_id = stream[0].stream_id
    decider = decider_of(entity_id)
    before = start(decider)
    for command_id, events in groupby(stream, key=lambda one: one.origin.command_id):
        own, after = list(events), before
        asked: dict[UUID, PendingEffect] = {}
        for one in own:
            after = step(decider, after, one.event, one.event_id, one.programme_version)
            after = replace(after, version=one.version)
            asked |= after.pending
        asked = {name: one for name, one in asked.items() if name not in before.pending}
        yield Decision(entity_id, command_id, own, before, after, asked)
        before = after
