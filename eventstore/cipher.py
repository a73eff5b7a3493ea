"""The place where an event's JSON becomes what the log stores, and back."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from eventstore.errors import KeyMissing, NotEncrypted


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands: a key binds the data to it, so that data cannot be moved."""

    stream_id: str
    version: int
    type: str


class Key(Protocol):
    """Turns the JSON of events into what the log stores, and back. It only computes."""

    @property
    def key_id(self) -> UUID | None:
        """What the log calls it; None: the events stay in clear."""

    def encrypt(self, place: Place, clear: bytes) -> bytes:
        """What the log stores for `clear`."""

    def decrypt(self, place: Place, stored: bytes) -> bytes:
        """The JSON again. Raises an `EventStoreError` if it was changed, or stood elsewhere."""


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Stands for a key that was destroyed: what it encrypted is gone for good."""

    at: datetime


Keys = Mapping[UUID, Key | Destroyed]
"""The keys of some events, held for as long as these are being read."""


class Cipher(Protocol):
    """Gives the keys to encrypt and to decrypt with."""

    async def key_for(self, stream_id: str) -> Key:
        """The key for new events of this stream. Raises `KeyDestroyed`, `KeyMissing`."""

    async def keys(self, key_ids: AbstractSet[UUID]) -> Keys:
        """These keys, each of them, as they are now. Raises `KeyMissing`."""

    async def encrypted_since(self, stream_ids: AbstractSet[str]) -> Mapping[str, int]:
        """The version of the first event under a key, of those of these streams that have one."""

    async def destroy(self, stream_id: str) -> datetime:
        """Destroy the stream's key, once; when that was. Raises `NotEncrypted`."""


class Clear:
    """The key of events that stay in clear."""

    key_id = None

    def encrypt(self, place: Place, clear: bytes) -> bytes:  # noqa: ARG002 - wherever it stands
        return clear

    def decrypt(self, place: Place, stored: bytes) -> bytes:  # noqa: ARG002 - wherever it stands
        return stored


CLEAR = Clear()


class Plaintext:
    """Stores the JSON as it is, and refuses to read what is encrypted."""

    async def key_for(self, stream_id: str) -> Key:  # noqa: ARG002 - no stream has a key
        return CLEAR

    async def keys(self, key_ids: AbstractSet[UUID]) -> Keys:
        for key_id in key_ids:
            raise KeyMissing(key_id)
        return {}

    async def encrypted_since(self, stream_ids: AbstractSet[str]) -> Mapping[str, int]:  # noqa: ARG002 - no stream has a key
        return {}

    async def destroy(self, stream_id: str) -> datetime:
        raise NotEncrypted(stream_id)


PLAINTEXT = Plaintext()
