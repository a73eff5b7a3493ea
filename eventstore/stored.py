"""A row of the log, and the event that it holds."""

from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

import asyncpg
from pydantic_core import from_json

from domain.actor import Actor
from domain.events import registry
from domain.events.base import Event
from domain.events.envelope import Origin, RecordedEvent
from domain.events.erased import ContentErased
from eventstore.cipher import CLEAR, Destroyed, Key, Keys, Place
from eventstore.errors import ContentUnreadable, KeyMissing


class StoredEvent(asyncpg.Record):
    """A row as asyncpg made it: nothing is converted until it is asked for.

    Decoding takes the columns by their names: half the price of a property, a million times.

    `data` is what the key made of the event's JSON (the JSON itself while `key_id` is None);
    `actor` and `relied_on` are JSON text.
    """

    @property
    def seq(self) -> int:
        return cast("int", self["seq"])

    @property
    def stream_id(self) -> str:
        return cast("str", self["stream_id"])

    @property
    def version(self) -> int:
        return cast("int", self["version"])

    @property
    def event_id(self) -> UUID:
        return cast("UUID", self["event_id"])

    @property
    def type(self) -> str:
        return cast("str", self["type"])

    @property
    def schema_version(self) -> int:
        return cast("int", self["schema_version"])

    @property
    def recorded_at(self) -> datetime:
        return cast("datetime", self["recorded_at"])

    @property
    def effective_at(self) -> datetime:
        return cast("datetime", self["effective_at"])

    @property
    def actor(self) -> str:
        return cast("str", self["actor"])

    @property
    def command_id(self) -> UUID:
        return cast("UUID", self["command_id"])

    @property
    def causation_id(self) -> UUID | None:
        return cast("UUID | None", self["causation_id"])

    @property
    def correlation_id(self) -> UUID | None:
        return cast("UUID | None", self["correlation_id"])

    @property
    def programme_version(self) -> str | None:
        return cast("str | None", self["programme_version"])

    @property
    def relied_on(self) -> str | None:
        return cast("str | None", self["relied_on"])

    @property
    def key_id(self) -> UUID | None:
        return cast("UUID | None", self["key_id"])

    @property
    def data(self) -> bytes:
        return cast("bytes", self["data"])

    @property
    def personal_in_clear(self) -> bool:
        """It is about a person and was stored without a key."""
        return self["key_id"] is None and registry.is_personal(self["type"])


NO_KEYS: Keys = {}


def decode(stored: StoredEvent, keys: Keys = NO_KEYS) -> RecordedEvent:
    """The event of a row, decrypted and upcast; `ContentErased` if its key was destroyed.

    Raises `KeyMissing` if its key is not among `keys`, `ContentChanged`, `ContentUnreadable`, and
    `UnknownEvent` for a type or version of a later carepath.
    """
    return RecordedEvent(
        seq=stored["seq"],
        stream_id=stored["stream_id"],
        version=stored["version"],
        event_id=stored["event_id"],
        type=stored["type"],
        schema_version=stored["schema_version"],
        recorded_at=stored["recorded_at"],
        effective_at=stored["effective_at"],
        origin=_origin(stored),
        programme_version=stored["programme_version"],
        relied_on=from_json(stored["relied_on"]) if stored["relied_on"] else {},
        key_id=stored["key_id"],
        event=_event(stored, keys),
    )


def _event(stored: StoredEvent, keys: Keys) -> Event:
    key = _key_of(stored, keys)
    if isinstance(key, Destroyed):
        return ContentErased(at=stored["effective_at"], erased_at=key.at)
    place = Place(stored["stream_id"], stored["version"], stored["type"])
    clear = key.decrypt(place, stored["data"])
    try:
        return registry.read(
            place.type, stored["schema_version"], _members(clear), stored["effective_at"]
        )
    except ValueError:
        # Not from it: what pydantic says would show the data in a traceback.
        raise ContentUnreadable(place.stream_id, place.version, place.type) from None


def _members(clear: bytes) -> dict[str, Any]:
    data = from_json(clear)
    if not isinstance(data, dict):
        message = "an event is a JSON object"
        raise ValueError(message)  # noqa: TRY004 - whatever is not an event's JSON is the same
    return data


def _key_of(stored: StoredEvent, keys: Keys) -> Key | Destroyed:
    key_id: UUID | None = stored["key_id"]
    if key_id is None:
        return CLEAR
    if key_id not in keys:
        raise KeyMissing(key_id)
    return keys[key_id]


def _origin(stored: StoredEvent) -> Origin:
    return Origin(
        command_id=stored["command_id"],
        actor=_actor(stored["actor"]),
        causation_id=stored["causation_id"],
        correlation_id=stored["correlation_id"],
    )


@lru_cache(maxsize=1024)
def _actor(text: str) -> Actor:
    return Actor.model_validate_json(text)
