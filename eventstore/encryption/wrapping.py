"""The port to the organisation's key, which wraps the keys of patients.

It fits a key service as it fits a file: the organisation's key never leaves its place, `associated`
is what such services call associated data or an encryption context, and each result names the key
that made it, so that old results open while new ones are made by the next key.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A patient's key under the organisation's: `by` is the organisation key's id."""

    content: bytes
    by: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose key it is. A wrapped key is bound to this and opens for nobody else."""

    key_id: UUID
    stream_id: str

    @property
    def associated(self) -> bytes:
        return b"carepath patient key\0" + self.key_id.bytes + self.stream_id.encode()


class KeyWrapper(Protocol):
    """The organisation's key, wherever it is kept."""

    async def current(self) -> str:
        """The id of the key that wraps now."""

    async def wrap(self, secret: bytes, owner: Owner) -> Wrapped:
        """The secret under the key that wraps now."""

    async def unwrap(self, wrapped: Wrapped, owner: Owner) -> bytes:
        """The secret again. Raises `KeyMissing` if that organisation key cannot open it."""
