"""The envelope: what the log says about an event besides the event itself."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from domain.actor import Actor
from domain.events import registry
from domain.events.base import Event
from domain.value import Value


class Origin(Value):
    """Where events come from: the command, who sent it, and what caused it.

    `causation_id` is the event that led to the command (none when a person did),
    `correlation_id` joins everything that one first command led to.
    """

    command_id: UUID
    actor: Actor
    causation_id: UUID | None = None
    correlation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event on its way into the log, already in its stored form (`data` is JSON text).

    The log adds `seq`, `version` and `recorded_at`. `relied_on` holds, for each other stream
    that the decision read, the version it saw.
    """

    event_id: UUID
    type: str
    schema_version: int
    data: str
    effective_at: datetime
    origin: Origin
    programme_version: str | None = None
    relied_on: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as the log holds it, read and upcast.

    `seq` is its place in the whole log, `version` its place in its stream, counted from 1.
    """

    seq: int
    stream_id: str
    version: int
    event_id: UUID
    type: str
    schema_version: int
    recorded_at: datetime
    effective_at: datetime
    origin: Origin
    programme_version: str | None
    relied_on: dict[str, int]
    key_id: UUID | None
    event: Event


def event_id_of(command_id: UUID, index: int) -> UUID:
    """The id of a command's `index`-th event: the same command makes the same events."""
    return uuid5(command_id, str(index))


def new_events(
    events: list[Event],
    origin: Origin,
    programme_version: str | None = None,
    relied_on: dict[str, int] | None = None,
) -> list[NewEvent]:
    """The events of one decision, ready for the log."""
    return [
        NewEvent(
            event_id=event_id_of(origin.command_id, index),
            type=registry.type_of(event).name,
            schema_version=registry.type_of(event).version,
            data=registry.write(event),
            effective_at=event.at,
            origin=origin,
            programme_version=programme_version,
            relied_on=relied_on or {},
        )
        for index, event in enumerate(events)
    ]
