"""The keys under which carepath encrypts what Temporal stores, as files: `temporal.key` and later.

`temporal.key` is the first, whose id is `1`; `temporal-ID.key` are those that followed, 32 random
bytes each. `temporal-current` names the one that encrypts, and without it the first does. Run as a
program, this makes the next one: `python -m workers.temporal_keys KEYS_FOLDER`.
"""

import re
import secrets
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from temporalio.api.common.v1 import Payload

from workers.codec import EncryptionCodec, KeyRing, UndecodablePayload
from workers.keys import KEY_BYTES, Keys, write_once

FIRST = "1"
CURRENT = "temporal-current"

_ID = re.compile(r"[0-9a-f]{8}")


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


def temporal_keys(keys: Keys) -> Mapping[str, bytes]:
    """The keys by id."""
    followed = {
        path.stem.removeprefix("temporal-"): path.read_bytes()
        for path in sorted(keys.folder.glob("temporal-*.key"))
    }
    found = {id_: key for id_, key in followed.items() if _ID.fullmatch(id_)}
    return {FIRST: keys.temporal.read_bytes(), **found}


def current_id(keys: Keys) -> str:
    """The id of the key that encrypts."""
    file = keys.folder / CURRENT
    return file.read_text(encoding="ascii").strip() if file.exists() else FIRST


def make_next_key(keys: Keys) -> str:
    """Make another key; its id. A process that is started from now on encrypts under it.

    The keys before it stay: histories that they encrypted are read with them.
    """
    key_id = secrets.token_hex(4)
    write_once(keys.folder / f"temporal-{key_id}.key", secrets.token_bytes(KEY_BYTES))
    chosen = keys.folder / f".{CURRENT}.{key_id}"
    write_once(chosen, key_id.encode())
    chosen.replace(keys.folder / CURRENT)
    return key_id


def _main(folder: Path) -> None:
    made = make_next_key(Keys(folder))
    sys.stdout.write(
        f"{folder / f'temporal-{made}.key'} encrypts from each process's next start on\n"
    )


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
