"""A leaf taken apart: the envelope of an event as it was sealed, and its data as stored."""

import json
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from eventstore.cipher import Place
from eventstore.seal.leaf import FIELDS, FORMAT

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_length = struct.Struct(">i").unpack_from


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """`envelope` is JSON, in the order of a leaf's fields; `data` what the log stores."""

    envelope: dict[str, Any]
    data: bytes

    @property
    def stream_id(self) -> str:
        return str(self.envelope["stream_id"])

    @property
    def type(self) -> str:
        return str(self.envelope["type"])

    @property
    def key_id(self) -> UUID | None:
        key = self.envelope["key_id"]
        return UUID(key) if key else None

    @property
    def place(self) -> Place:
        return Place(self.stream_id, self.envelope["version"], self.type)


def sealed_event(leaf: bytes) -> SealedEvent:
    """The event of a leaf of format 1, whose JSON has been canonical since it was sealed."""
    fields = _fields(leaf)
    envelope = {
        "seq": _number(fields[0]),
        "stream_id": _text(fields[1]),
        "version": _number(fields[2]),
        "event_id": _uuid(fields[3]),
        "type": _text(fields[4]),
        "schema_version": _number(fields[5]),
        "recorded_at": _instant(fields[6]),
        "effective_at": _instant(fields[7]),
        "actor": _json(fields[8]),
        "relied_on": _json(fields[9]),
        "command_id": _uuid(fields[10]),
        "causation_id": _uuid(fields[11]),
        "correlation_id": _uuid(fields[12]),
        "programme_version": _text(fields[13]),
        "key_id": _uuid(fields[14]),
    }
    return SealedEvent(envelope, fields[15] or b"")


def _fields(leaf: bytes) -> list[bytes | None]:
    fields: list[bytes | None] = []
    at = len(FORMAT)
    for _ in range(FIELDS):
        length = _length(leaf, at)[0]
        at += 4
        fields.append(leaf[at : at + length] if length >= 0 else None)
        at += max(length, 0)
    return fields


def _number(field: bytes | None) -> int | None:
    return None if field is None else int.from_bytes(field, signed=True)


def _text(field: bytes | None) -> str | None:
    return None if field is None else field.decode()


def _uuid(field: bytes | None) -> str | None:
    return None if field is None else str(UUID(bytes=field))


def _instant(field: bytes | None) -> str | None:
    microseconds = _number(field)
    if microseconds is None:
        return None
    return (EPOCH + timedelta(microseconds=microseconds)).isoformat()


def _json(field: bytes | None) -> Any:
    return None if field is None else json.loads(field)
