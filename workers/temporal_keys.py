"""Encrypting and decrypting what Temporal stores, under the keys of an installation."""

from collections.abc import Awaitable, Callable, Sequence

from temporalio.api.common.v1 import Payload

from workers.codec import EncryptionCodec, KeyRing, UndecodablePayload
from workers.keys import Keys
from workers.temporal_key_files import current_id, temporal_keys


def codec_of(keys: Keys) -> EncryptionCodec:
    """Encrypts under the key that is current now, and decrypts under all that there will be.

    A key that another process has made since is looked for when a payload names it.
    """

    def later(key_id: str) -> bytes | None:
        return temporal_keys(keys).get(key_id)

    return EncryptionCodec(KeyRing(current_id(keys), temporal_keys(keys)), later)


def decoding(keys: Keys) -> Callable[[Sequence[Payload]], Awaitable[list[Payload] | None]]:
    """Decrypts payloads for a reader; gives None if one of them does not decode."""
    codec = codec_of(keys)

    async def decode(payloads: Sequence[Payload]) -> list[Payload] | None:
        try:
            return await codec.decode(payloads)
        except UndecodablePayload:
            return None

    return decode
