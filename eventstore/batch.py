"""One command's events on their way into one stream, as arrays for the append function."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from domain.actor import Actor
from domain.events import registry
from domain.events.envelope import NewEvent, Origin, event_id_of
from eventstore.cipher import CLEAR, Cipher, Key, Place
from eventstore.errors import BatchRefused


@dataclass(frozen=True, slots=True)
class Batch:
    """What one decision adds to a stream that stands at `expected_version`.

    Raises `BatchRefused` if there are no events, if they come from several decisions, or if the
    first does not bear the command's first event id: by that one repetitions are found. Raises it
    too if one gives the record up and another is about the person, whose key is then destroyed.
    """

    stream_id: str
    expected_version: int
    events: Sequence[NewEvent]

    def __post_init__(self) -> None:
        if not self.events:
            message = "there is nothing to append: a command without events is not recorded"
            raise BatchRefused(message)
        if any(_decision(event) != _decision(self.first) for event in self.events[1:]):
            message = "the events come from several decisions: append each by itself"
            raise BatchRefused(message)
        if self.first.event_id != event_id_of(self.command_id, 0):
            message = "the first event does not have its command's first event id: use new_events"
            raise BatchRefused(message)

        if self.personal and any(registry.erases(event.type) for event in self.events):
            message = "an erasure is recorded by itself: append what is about the person before"
            raise BatchRefused(message)

    @property
    def personal(self) -> bool:
        """Whether any of the events is about a person, and so all are encrypted."""
        return any(registry.is_personal(event.type) for event in self.events)

    @property
    def first(self) -> NewEvent:
        return self.events[0]

    @property
    def command_id(self) -> UUID:
        return self.first.origin.command_id


async def arguments_of(batch: Batch, cipher: Cipher) -> tuple[Any, ...]:
    """The arguments of `carepath_log.append`, in its order; data encrypted for its place.

    What is the same for the whole decision goes once: asyncpg takes several microseconds an array.
    """
    key, events = await _key(batch, cipher), batch.events
    return (
        *_of_the_decision(batch, key),
        [event.event_id for event in events],
        [event.type for event in events],
        [event.schema_version for event in events],
        [event.effective_at for event in events],
        _data(batch, key),
    )


async def arguments_of_one(batch: Batch, cipher: Cipher) -> tuple[Any, ...]:
    """The arguments of `carepath_log.append_one`, in its order, for a batch of one event."""
    key, event = await _key(batch, cipher), batch.first
    return (
        *_of_the_decision(batch, key),
        event.event_id,
        event.type,
        event.schema_version,
        event.effective_at,
        *_data(batch, key),
    )


async def _key(batch: Batch, cipher: Cipher) -> Key:
    return await cipher.key_for(batch.stream_id) if batch.personal else CLEAR


def _of_the_decision(batch: Batch, key: Key) -> tuple[Any, ...]:
    first, origin = batch.first, batch.first.origin
    return (
        batch.stream_id,
        batch.expected_version,
        origin.command_id,
        _actor_json(origin.actor),
        origin.causation_id,
        origin.correlation_id,
        first.programme_version,
        json.dumps(first.relied_on) if first.relied_on else None,
        key.key_id,
    )


def _decision(event: NewEvent) -> tuple[Origin, str | None, dict[str, int]]:
    return event.origin, event.programme_version, event.relied_on


@lru_cache(maxsize=1024)
def _actor_json(actor: Actor) -> str:
    return actor.model_dump_json(exclude_none=True)


def _data(batch: Batch, key: Key) -> list[bytes]:
    return [
        key.encrypt(Place(batch.stream_id, version, event.type), event.data.encode())
        for version, event in enumerate(batch.events, start=batch.expected_version + 1)
    ]
