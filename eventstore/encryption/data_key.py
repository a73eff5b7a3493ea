"""A patient's own key: AES-256-GCM, each event bound to its place in the log.

Stored is a random nonce of 12 bytes, the ciphertext, and its tag of 16 bytes. One key encrypts the
some hundred events of one pathway, far below the 2^32 at which random nonces would become unsafe.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventstore.cipher import Place
from eventstore.encryption.errors import ContentChanged

SECRET_BITS = 256
NONCE_BYTES = 12


class DataKey:
    """The key `key_id`, with its secret of 32 bytes."""

    __slots__ = ("_aead", "key_id")

    def __init__(self, key_id: UUID, secret: bytes) -> None:
        self.key_id = key_id
        self._aead = AESGCM(secret)

    def encrypt(self, place: Place, clear: bytes) -> bytes:
        """Nonce, ciphertext and tag: different each time."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, clear, _associated(place))

    def decrypt(self, place: Place, stored: bytes) -> bytes:
        """The clear text. Raises `ContentChanged`, also if it was encrypted for another place."""
        nonce, sealed = stored[:NONCE_BYTES], stored[NONCE_BYTES:]
        try:
            return self._aead.decrypt(nonce, sealed, _associated(place))
        except (InvalidTag, ValueError) as forged:
            raise ContentChanged(place.stream_id, place.version) from forged


def new_secret() -> bytes:
    return AESGCM.generate_key(SECRET_BITS)


def _associated(place: Place) -> bytes:
    """Stream, version and type, each after its length: no two places give the same bytes."""
    parts = (place.stream_id.encode(), str(place.version).encode(), place.type.encode())
    return b"".join(len(part).to_bytes(4) + part for part in parts)
