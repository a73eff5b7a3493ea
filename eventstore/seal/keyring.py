"""The seal's keys: which key signs now, and which was in force at which size of the tree.

They are files of one folder. `seal-keys.txt` is public and only grows: a line each time that a key
came into force, `FROM_SIZE VERIFIER`. At a size the last line counts that begins at it or below; a
line that begins below the one before it begins a new epoch, after a restore. `seal-ID.key` holds a
key's 32 secret bytes. Whoever verifies needs the public file only, and should have it from
elsewhere than the database.
"""

import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eventstore.seal.checkpoint import Checkpoint, read_checkpoint
from eventstore.seal.errors import KeyMalformed, KeyNotInForce, KeyRingMissing, SecretMissing
from eventstore.seal.note import KEY_BYTES, Signer, Verifier, verified, verifier_from

PUBLIC = "seal-keys.txt"
ORIGIN = "carepath.log/{}"
"""What a log is called: the same for its whole life, and nobody else's."""


@dataclass(frozen=True, slots=True)
class KeyInForce:
    """A key that came into force, and the smallest size of the tree that it then signed."""

    from_size: int
    verifier: Verifier


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of one log in the order in which they came into force; there is at least one."""

    keys: tuple[KeyInForce, ...]

    @property
    def origin(self) -> str:
        return self.keys[0].verifier.name

    @property
    def current(self) -> Verifier:
        """The key that came into force last."""
        return self.keys[-1].verifier

    def in_force(self, size: int) -> Verifier:
        """The key that signs a tree of this size."""
        return next(key.verifier for key in reversed(self.keys) if key.from_size <= size)

    def ever_in_force(self, size: int) -> frozenset[Verifier]:
        """The keys that sign a tree of this size, or did before a restore began a new epoch."""
        so_far = (KeyRing(self.keys[:end]) for end in range(1, len(self.keys) + 1))
        return frozenset(ring.in_force(size) for ring in so_far)

    def open(self, note: str) -> Checkpoint:
        """The checkpoint in a note, signed by the key in force at its size.

        Raises `NoteMalformed`, `KeyUnknown`, `SignatureWrong`, `KeyNotInForce`.
        """
        return self._open(note, lambda size: frozenset({self.in_force(size)}))

    def recognise(self, note: str) -> Checkpoint:
        """The checkpoint in a note that was kept, though its epoch may be over; raises as `open`.

        It says what the log was when it was signed, which counts against the log of today.
        """
        return self._open(note, self.ever_in_force)

    def _open(self, note: str, may_sign: Callable[[int], frozenset[Verifier]]) -> Checkpoint:
        parsed, checkpoint = read_checkpoint(note)
        signers = verified(parsed, (key.verifier for key in self.keys))
        if may_sign(checkpoint.size).isdisjoint(signers) or checkpoint.origin != self.origin:
            raise KeyNotInForce(f"{signers[0].name} ({signers[0].key_id})", checkpoint.size)
        return checkpoint


def read_ring(path: Path) -> KeyRing:
    """The keys in a public file. Raises `KeyRingMissing`, `KeyMalformed`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise KeyRingMissing(path) from None
    except UnicodeDecodeError:
        raise KeyMalformed("the file is not text") from None
    keys = tuple(_key_from(line) for line in lines if line.strip())
    if not keys or keys[0].from_size != 0:
        raise KeyMalformed("the first line does not begin at size 0")
    if len({key.verifier.name for key in keys}) != 1:
        raise KeyMalformed("the keys belong to several logs")
    return KeyRing(keys)


def ensure_ring(folder: Path) -> KeyRing:
    """The keys of this folder; the first is made if there is none yet."""
    path = folder / PUBLIC
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        first = _new_key(folder, ORIGIN.format(secrets.token_hex(8)))
        _create_once(path, _line(0, first))
    return read_ring(path)


def signer(folder: Path, size: int) -> Signer:
    """Who signs a tree of this size. Raises `KeyRingMissing`, `KeyMalformed`, `SecretMissing`."""
    key = read_ring(folder / PUBLIC).in_force(size)
    path = folder / f"seal-{key.key_id}.key"
    found = Signer(key.name, path.read_bytes() if path.exists() else b"")
    if len(found.secret) != KEY_BYTES or found.verifier != key:
        raise SecretMissing(path)
    return found


def add_key(folder: Path, from_size: int) -> KeyInForce:
    """Make a key that signs from this size on. Raises `KeyRingMissing`, `KeyMalformed`."""
    ring = read_ring(folder / PUBLIC)
    return _into_force(folder, ring, KeyInForce(from_size, _new_key(folder, ring.origin)))


def begin_epoch(folder: Path, from_size: int) -> KeyInForce | None:
    """Let the current key sign from this size on, though it came into force later; None if it does.

    Raises `KeyRingMissing`, `KeyMalformed`.
    """
    ring = read_ring(folder / PUBLIC)
    if ring.in_force(from_size) == ring.current:
        return None
    return _into_force(folder, ring, KeyInForce(from_size, ring.current))


def _into_force(folder: Path, ring: KeyRing, added: KeyInForce) -> KeyInForce:
    """Add a line to the public file. None is ever taken out: its key may have signed something."""
    lines = (_line(key.from_size, key.verifier) for key in (*ring.keys, added))
    draft = folder / f".{PUBLIC}.{secrets.token_hex(4)}"
    _write(draft, "".join(lines).encode())
    draft.replace(folder / PUBLIC)
    return added


def _key_from(line: str) -> KeyInForce:
    size, _, key = line.strip().partition(" ")
    if not size.isdecimal():
        raise KeyMalformed("a line does not begin with a size")
    return KeyInForce(int(size), verifier_from(key.strip()))


def _line(from_size: int, verifier: Verifier) -> str:
    return f"{from_size} {verifier}\n"


def _new_key(folder: Path, origin: str) -> Verifier:
    made = Signer(origin, secrets.token_bytes(KEY_BYTES))
    _write(folder / f"seal-{made.verifier.key_id}.key", made.secret)
    return made.verifier


def _create_once(path: Path, text: str) -> None:
    """Of two processes that begin at once one creates the file, whole, and the other reads it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _write(draft, text.encode())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
