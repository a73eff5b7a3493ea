"""A leaf: the bytes of one event as they are sealed, written down in `docs/log-format.md`.

The envelope and the data as stored. Where the data is encrypted the leaf holds the ciphertext, so
a key can be destroyed and every proof still holds. A field is its length and its bytes, as in
PostgreSQL's binary COPY: what the server sends is cut into leaves and hardly touched.
"""

import json
import struct
from dataclasses import dataclass
from functools import lru_cache

from eventstore.connect import Connection
from eventstore.errors import store_errors
from eventstore.seal.merkle import leaf_hash
from eventstore.seal.sql import query

FORMAT = b"\x01"
FIELDS = 16
BEFORE_JSON = 8
"""Fields before the two that are JSON: the actor, and what the decision relied on."""

SEQ_AT = len(FORMAT) + 4
SEQ_BYTES = 8
UNREADABLE = b""
"""Stands for the hash of a row that has no leaf: nothing that the log wrote looks like that."""

_COPY_HEADER = 19
_length = struct.Struct(">i").unpack_from
_pack_length = struct.Struct(">i").pack


@dataclass(frozen=True, slots=True)
class Row:
    """An event as it stands in the table: its seq, and its leaf if it has one.

    A row has none if its JSON is nothing that carepath can have written.
    """

    seq: int
    leaf: bytes | None

    @property
    def hash(self) -> bytes:
        """The leaf's hash, or `UNREADABLE`."""
        return leaf_hash(self.leaf) if self.leaf else UNREADABLE

    def hash_at(self, seq: int) -> bytes:
        """The hash that it would have at another place in the log."""
        if not self.leaf:
            return UNREADABLE
        moved = self.leaf[:SEQ_AT] + seq.to_bytes(SEQ_BYTES, signed=True)
        return leaf_hash(moved + self.leaf[SEQ_AT + SEQ_BYTES :])


async def read_rows(
    connection: Connection, after: int, up_to: int, limit: int | None = None
) -> list[Row]:
    """The rows with `after < seq <= up_to`, in order. Raises `StoreUnavailable`."""
    copied = bytearray()

    async def collect(part: bytes) -> None:
        copied.extend(part)

    with store_errors():
        await connection.copy_from_query(
            query("leaves"), after, up_to, limit, output=collect, format="binary"
        )
    return rows_in(bytes(copied))


def rows_in(copied: bytes) -> list[Row]:
    """The rows in the output of a binary COPY of the query `leaves`."""
    rows, at = [], _COPY_HEADER
    while copied[at : at + 2] != b"\xff\xff":
        begin = at + 2
        actor = _skip(copied, begin, BEFORE_JSON)
        relied_on = _skip(copied, actor, 1)
        rest = _skip(copied, relied_on, 1)
        at = _skip(copied, rest, FIELDS - BEFORE_JSON - 2)
        seq = int.from_bytes(copied[begin + 4 : begin + 4 + SEQ_BYTES], signed=True)
        try:
            json_fields = _canonical(copied[actor:relied_on]) + _canonical(copied[relied_on:rest])
        except (ValueError, RecursionError):
            rows.append(Row(seq, None))
        else:
            rows.append(Row(seq, FORMAT + copied[begin:actor] + json_fields + copied[rest:at]))
    return rows


def seq_of(leaf: bytes) -> int:
    """The seq that a leaf bears. Raises `ValueError` if it is not a leaf of this format."""
    if leaf[:SEQ_AT] != FORMAT + _pack_length(SEQ_BYTES):
        message = "these bytes are not a leaf of format 1"
        raise ValueError(message)
    return int.from_bytes(leaf[SEQ_AT : SEQ_AT + SEQ_BYTES], signed=True)


def _skip(copied: bytes, at: int, fields: int) -> int:
    """Where the field after these begins; a null has the length -1 and no bytes."""
    for _ in range(fields):
        length = _length(copied, at)[0]
        at += 4 + length if length > 0 else 4
    return at


@lru_cache(maxsize=4096)
def _canonical(field: bytes) -> bytes:
    """A field of JSON with sorted keys and without spaces, in UTF-8; a null stays one."""
    if _length(field)[0] < 0:
        return field
    value = json.loads(field[4:])
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return _pack_length(len(text)) + text
