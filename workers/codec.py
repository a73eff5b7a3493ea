"""Encryption towards Temporal: its server stores only ciphertext of what workflows exchange."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

ENCODING = b"binary/encrypted"
NONCE_BYTES = 12


class UndecodablePayload(Exception):
    """A payload does not decode: its key is missing from the key ring, or it was changed."""

    def __init__(self, key_id: str, why: str) -> None:
        super().__init__(f"a payload under the key {key_id!r} does not decode: {why}")
        self.key_id = key_id


@dataclass(frozen=True)
class KeyRing:
    """Keys by id, 32 bytes each. `current` encrypts; the others still decrypt what they did."""

    current: str
    keys: Mapping[str, bytes]

    def __post_init__(self) -> None:
        """Refuse a ring without its current key."""
        if self.current not in self.keys:
            raise UndecodablePayload(self.current, "the key ring lacks its current key")


def nothing_later(_key_id: str) -> bytes | None:
    """No key joins the ring."""


class EncryptionCodec(PayloadCodec):
    """AES-256-GCM with a random nonce; the key's id travels beside the ciphertext.

    `later` finds a key that joined the ring since.
    """

    def __init__(self, ring: KeyRing, later: Callable[[str], bytes | None] = nothing_later) -> None:
        self._later = later
        self._current = ring.current.encode()
        self._ciphers = {id_.encode(): AESGCM(key) for id_, key in ring.keys.items()}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt every payload whole, its own metadata included."""
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt what is encrypted and leave the rest. Raises `UndecodablePayload`."""
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._ciphers[self._current]
        return Payload(
            metadata={"encoding": ENCODING, "key": self._current},
            data=nonce + cipher.encrypt(nonce, payload.SerializeToString(), self._current),
        )

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata.get("key", b"")
        cipher = self._cipher(key_id)
        nonce, sealed = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, sealed, key_id))
        except (InvalidTag, ValueError) as forged:
            raise UndecodablePayload(key_id.decode(), "it was changed") from forged

    def _cipher(self, key_id: bytes) -> AESGCM:
        """Raises `UndecodablePayload`."""
        if key_id not in self._ciphers:
            named = key_id.decode(errors="replace")
            key = self._later(named)
            if key is None:
                raise UndecodablePayload(named, "the key ring lacks it")
            self._ciphers[key_id] = AESGCM(key)
        return self._ciphers[key_id]
