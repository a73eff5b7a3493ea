"""A leaf: the bytes of one event as they are sealed, written down in `docs/log-format.md`.

The envelope and the data as stored. Where the data is encrypted the leaf holds the ciphertext, so
a key can be destroyed and every proof still holds.
"""

import json
import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import asyncpg

from eventstore.connect import Connection
from eventstore.errors import store_errors
from eventstore.seal.merkle import leaf_hash
from eventstore.seal.sql import query

FORMAT = b"\x01"
FIELDS = (
    "seq",
    "stream_id",
    "version",
    "event_id",
    "type",
    "schema_version",
    "recorded_at",
    "effective_at",
    "actor",
    "relied_on",
    "command_id",
    "causation_id",
    "correlation_id",
    "programme_version",
    "key_id",
    "data",
)
JSON_FIELDS = tuple(FIELDS.index(name) for name in ("actor", "relied_on"))
NULL = b"\xff\xff\xff\xff"
UNREADABLE = b""
"""Stands for the hash of a row that has no leaf: nothing that the log wrote looks like that."""

_LENGTH = struct.Struct(">I")
_SEQ = struct.Struct(">q")

Row = Sequence[Any] | asyncpg.Record
"""A row of the query `leaves`: the seq as a number, then the fields in order, as bytes."""


async def read_rows(
    connection: Connection, after: int, up_to: int, limit: int | None = None
) -> list[asyncpg.Record]:
    """The rows with `after < seq <= up_to`, in order. Raises `StoreUnavailable`."""
    with store_errors():
        return await connection.fetch(query("leaves"), after, up_to, limit)


def leaf_of(row: Row, seq: int | None = None) -> bytes:
    """The leaf of a row; with `seq`, the one it would have had at that place in the log.

    Raises `ValueError` if the row's JSON is none that carepath can have written.
    """
    fields = list(row[1:])
    for place in JSON_FIELDS:
        fields[place] = _canonical(fields[place])
    if seq is not None:
        fields[0] = _SEQ.pack(seq)
    pieces = [FORMAT]
    pack = _LENGTH.pack
    for field in fields:
        if field is None:
            pieces.append(NULL)
        else:
            pieces += (pack(len(field)), field)
    return b"".join(pieces)


def hash_of_row(row: Row, seq: int | None = None) -> bytes:
    """The leaf's hash, or `UNREADABLE`."""
    try:
        return leaf_hash(leaf_of(row, seq))
    except (ValueError, RecursionError):
        return UNREADABLE


def seq_of(leaf: bytes) -> int:
    """The seq that a leaf bears. Raises `ValueError` if it is not a leaf of this format."""
    begin, end = len(FORMAT), len(FORMAT) + _LENGTH.size + _SEQ.size
    if leaf[:begin] != FORMAT or leaf[begin : end - _SEQ.size] != _LENGTH.pack(_SEQ.size):
        message = "these bytes are not a leaf of format 1"
        raise ValueError(message)
    return int(_SEQ.unpack(leaf[end - _SEQ.size : end])[0])


@lru_cache(maxsize=4096)
def _canonical(text: str | None) -> bytes | None:
    """The same JSON with sorted keys and without spaces, in UTF-8."""
    if text is None:
        return None
    return json.dumps(
        json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
