"""One command's events on their way into one stream, as arrays for the append function."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.events.envelope import NewEvent, Origin, event_id_of
from eventstore.cipher import Cipher, Place
from eventstore.errors import BatchRefused


@dataclass(frozen=True, slots=True)
class Batch:
    """What one command adds to a stream that stands at `expected_version`.

    Raises `BatchRefused` if there are no events, if they come from several commands, or if the
    first does not bear the command's first event id: by that one repetitions are found.
    """

    stream_id: str
    expected_version: int
    events: Sequence[NewEvent]

    def __post_init__(self) -> None:
        if not self.events:
            message = "there is nothing to append: a command without events is not recorded"
            raise BatchRefused(message)
        if any(event.origin != self.origin for event in self.events[1:]):
            message = "the events come from several commands: append each command by itself"
            raise BatchRefused(message)
        if self.events[0].event_id != event_id_of(self.command_id, 0):
            message = "the first event does not have its command's first event id: use new_events"
            raise BatchRefused(message)

    @property
    def origin(self) -> Origin:
        return self.events[0].origin

    @property
    def command_id(self) -> UUID:
        return self.origin.command_id


async def arguments_of(batch: Batch, cipher: Cipher) -> tuple[Any, ...]:
    """The arguments of `carepath_log.append`, in its order; data encrypted for its place."""
    key_id = await cipher.key_of(batch.stream_id)
    origin, events = batch.origin, batch.events
    return (
        batch.stream_id,
        batch.expected_version,
        origin.command_id,
        origin.actor.model_dump_json(exclude_none=True),
        origin.causation_id,
        origin.correlation_id,
        [event.event_id for event in events],
        [event.type for event in events],
        [event.schema_version for event in events],
        [event.effective_at for event in events],
        [event.programme_version for event in events],
        [json.dumps(event.relied_on) if event.relied_on else None for event in events],
        [key_id] * len(events),
        _data(batch, key_id, cipher),
    )


def _data(batch: Batch, key_id: UUID | None, cipher: Cipher) -> list[bytes]:
    return [
        cipher.encrypt(key_id, Place(batch.stream_id, version, event.type), event.data.encode())
        for version, event in enumerate(batch.events, start=batch.expected_version + 1)
    ]
