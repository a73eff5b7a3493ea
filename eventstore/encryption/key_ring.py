"""The organisation's keys as files, for the embedded stack and for tests.

`organisation-ID.key` holds 32 random bytes, `organisation-current` the id of the key that wraps
now. All are read when needed and kept in no memory: a file that is put back, replaced or removed
counts at once in every process.
"""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventstore.encryption.data_key import NONCE_BYTES, SECRET_BITS
from eventstore.encryption.errors import KeyRingEmpty, OrganisationKeyMissing, OrganisationKeyWrong
from eventstore.encryption.wrapping import Owner, Wrapped

CURRENT = "organisation-current"


class FileKeyWrapper:
    """The key ring in `folder`, which only its owner may read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def current(self) -> str:
        """The id of the key that wraps now. Raises `KeyRingEmpty`."""
        return current_key(self._folder)

    async def wrap(self, secret: bytes, owner: Owner) -> Wrapped:
        """AES-256-GCM, a random nonce before it. Raises `KeyRingEmpty`."""
        by = current_key(self._folder)
        try:
            aead = AESGCM(_file(self._folder, by).read_bytes())
        except FileNotFoundError as missing:
            raise KeyRingEmpty(str(self._folder)) from missing
        nonce = os.urandom(NONCE_BYTES)
        return Wrapped(nonce + aead.encrypt(nonce, secret, owner.associated), by)

    async def unwrap(self, wrapped: Wrapped, owner: Owner) -> bytes:
        """The secret again. Raises `OrganisationKeyMissing`, `OrganisationKeyWrong`."""
        try:
            aead = AESGCM(_file(self._folder, wrapped.by).read_bytes())
        except FileNotFoundError as missing:
            raise OrganisationKeyMissing(owner.key_id, wrapped.by) from missing
        nonce, sealed = wrapped.content[:NONCE_BYTES], wrapped.content[NONCE_BYTES:]
        try:
            return aead.decrypt(nonce, sealed, owner.associated)
        except (InvalidTag, ValueError) as wrong:
            raise OrganisationKeyWrong(owner.key_id, wrapped.by) from wrong


def key_ring_at_hand(folder: Path) -> FileKeyWrapper | None:
    """The key ring, if there is one here that this process may read."""
    try:
        current_key(folder)
    except (KeyRingEmpty, PermissionError):
        return None
    return FileKeyWrapper(folder)


def ensure_key_ring(folder: Path) -> None:
    """Make the first organisation key, unless there is one: of two processes one makes it."""
    if (folder / CURRENT).exists():
        return
    made = _make_key(folder)
    if not _write_unless_there(folder / CURRENT, made.encode()):
        _file(folder, made).unlink()


def make_next_key(folder: Path) -> str:
    """Make another organisation key, which wraps from now on; its id. The others still unwrap."""
    made = _make_key(folder)
    draft = _draft(folder / CURRENT, made.encode())
    draft.replace(folder / CURRENT)
    return made


def current_key(folder: Path) -> str:
    """The id of the key that wraps now. Raises `KeyRingEmpty`."""
    try:
        return (folder / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError as missing:
        raise KeyRingEmpty(str(folder)) from missing


def keys_in(folder: Path) -> list[str]:
    """The ids of the keys that are there, in alphabetical order."""
    return sorted(path.stem.removeprefix("organisation-") for path in folder.glob(_file_name("*")))


def _make_key(folder: Path) -> str:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        key_id = secrets.token_hex(4)
        if _write_unless_there(_file(folder, key_id), AESGCM.generate_key(SECRET_BITS)):
            return key_id


def _file(folder: Path, key_id: str) -> Path:
    return folder / _file_name(key_id)


def _file_name(key_id: str) -> str:
    return f"organisation-{key_id}.key"


def _write_unless_there(path: Path, content: bytes) -> bool:
    """Write a private file completely, or leave alone the one that is there: then false."""
    draft = _draft(path, content)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
