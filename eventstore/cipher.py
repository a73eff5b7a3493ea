"""The place where an event's JSON becomes what the log stores, and back."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from eventstore.errors import KeyMissing


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands: a cipher binds the data to it, so that data cannot be moved."""

    stream_id: str
    version: int
    type: str


class Cipher(Protocol):
    """Encrypts and decrypts event data.

    Keys are fetched ahead, by the two asynchronous methods; the two others only compute.
    """

    async def key_of(self, stream_id: str) -> UUID | None:
        """The key for new events of this stream, made ready for use; None: they stay in clear."""

    async def unlock(self, key_ids: AbstractSet[UUID]) -> None:
        """Make these keys ready for use. Raises `KeyMissing`."""

    def encrypt(self, key_id: UUID | None, place: Place, clear: bytes) -> bytes:
        """What the log stores for `clear`."""

    def decrypt(self, key_id: UUID | None, place: Place, stored: bytes) -> bytes:
        """The JSON again. Raises `KeyMissing`."""


class Plaintext:
    """Stores the JSON as it is, and refuses to read what is encrypted."""

    async def key_of(self, stream_id: str) -> UUID | None:  # noqa: ARG002 - no stream has a key
        return None

    async def unlock(self, key_ids: AbstractSet[UUID]) -> None:
        for key_id in key_ids:
            raise KeyMissing(key_id)

    def encrypt(self, key_id: UUID | None, place: Place, clear: bytes) -> bytes:  # noqa: ARG002
        return clear

    def decrypt(self, key_id: UUID | None, place: Place, stored: bytes) -> bytes:  # noqa: ARG002
        if key_id is not None:
            raise KeyMissing(key_id)
        return stored


PLAINTEXT = Plaintext()
