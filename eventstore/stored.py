"""A row of the log, and the event that it holds."""

import json
from datetime import datetime
from functools import lru_cache
from typing import cast
from uuid import UUID

import asyncpg

from domain.actor import Actor
from domain.events import registry
from domain.events.envelope import Origin, RecordedEvent
from eventstore.cipher import PLAINTEXT, Cipher, Place


class StoredEvent(asyncpg.Record):
    """A row as asyncpg made it: nothing is converted until it is asked for.

    `data` is what the cipher made of the event's JSON (the JSON itself while `key_id` is None);
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


def decode(stored: StoredEvent, cipher: Cipher = PLAINTEXT) -> RecordedEvent:
    """The event of a row, decrypted and upcast; its key must have been unlocked.

    Raises `KeyMissing`, and `UnknownEvent` for a type or version of a later carepath.
    """
    place = Place(stored.stream_id, stored.version, stored.type)
    clear = cipher.decrypt(stored.key_id, place, stored.data)
    return RecordedEvent(
        seq=stored.seq,
        stream_id=stored.stream_id,
        version=stored.version,
        event_id=stored.event_id,
        type=stored.type,
        schema_version=stored.schema_version,
        recorded_at=stored.recorded_at,
        effective_at=stored.effective_at,
        origin=_origin(stored),
        programme_version=stored.programme_version,
        relied_on=json.loads(stored.relied_on) if stored.relied_on else {},
        key_id=stored.key_id,
        event=registry.read(
            stored.type, stored.schema_version, json.loads(clear), stored.effective_at
        ),
    )


def _origin(stored: StoredEvent) -> Origin:
    return Origin(
        command_id=stored.command_id,
        actor=_actor(stored.actor),
        causation_id=stored.causation_id,
        correlation_id=stored.correlation_id,
    )


@lru_cache(maxsize=1024)
def _actor(text: str) -> Actor:
    return Actor.model_validate_json(text)
