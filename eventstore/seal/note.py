"""Signed notes, as C2SP signed-note defines them: a text, and below it who signed it.

Ed25519 only (signature type 1). A key is named and numbered, `name+id+base64`; the id is short and
says only which key to try.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from eventstore.seal.errors import KeyMalformed, KeyUnknown, NoteMalformed, SignatureWrong

ED25519 = b"\x01"
ID_BYTES = 4
KEY_BYTES = 32
SIGNATURES_AT_MOST = 100
_SIGNATURE = re.compile(r"— (\S+) (\S+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note: whose, the key's id in 8 hexadecimal digits, and the signature."""

    name: str
    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, with its final newline, and its signatures; nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its owner's name."""

    name: str
    public: bytes

    @property
    def key_id(self) -> str:
        """8 hexadecimal digits."""
        named = self.name.encode() + b"\n" + ED25519 + self.public
        return sha256(named).digest()[:ID_BYTES].hex()

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id}+{base64.b64encode(ED25519 + self.public).decode()}"

    def verify(self, text: str, signature: bytes) -> bool:
        """Whether this key signed this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key (32 bytes) with its owner's name."""

    name: str
    secret: bytes

    @property
    def verifier(self) -> Verifier:
        public = Ed25519PrivateKey.from_private_bytes(self.secret).public_key()
        return Verifier(self.name, public.public_bytes_raw())

    def sign(self, text: str) -> str:
        """The signed note. Raises `NoteMalformed` if the text cannot be the text of one."""
        _refuse_bad_text(text)
        value = Ed25519PrivateKey.from_private_bytes(self.secret).sign(text.encode())
        line = base64.b64encode(bytes.fromhex(self.verifier.key_id) + value).decode()
        return f"{text}\n— {self.name} {line}\n"


def verifier_from(key: str) -> Verifier:
    """The verifier key in a line of text. Raises `KeyMalformed`."""
    name, _, rest = key.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    if raw is None or len(raw) != 1 + KEY_BYTES or raw[:1] != ED25519:
        raise KeyMalformed("no Ed25519 key")
    verifier = Verifier(name, raw[1:])
    if not is_name(name) or key_id != verifier.key_id:
        raise KeyMalformed("the id does not belong to the name and the key")
    return verifier


def parse(note: str) -> Note:
    """Take a signed note apart. Raises `NoteMalformed`."""
    text, gap, below = note.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise NoteMalformed("there are no signatures below an empty line")
    text += "\n"
    _refuse_bad_text(text)
    lines = below[:-1].split("\n")
    if len(lines) > SIGNATURES_AT_MOST:
        raise NoteMalformed(f"more than {SIGNATURES_AT_MOST} signatures")
    return Note(text, tuple(_signature(line) for line in lines))


def verified(note: Note, known: Iterable[Verifier]) -> tuple[Verifier, ...]:
    """Who of the known has signed the note.

    Raises `SignatureWrong` if a signature in a known key's name does not hold, and `KeyUnknown`
    if no known key has signed.
    """
    keys = {(key.name, key.key_id): key for key in known}
    signers: list[Verifier] = []
    for signature in note.signatures:
        key = keys.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.verify(note.text, signature.value):
            raise SignatureWrong(f"{key.name} ({key.key_id})")
        signers.append(key)
    if not signers:
        raise KeyUnknown(tuple(f"{one.name} ({one.key_id})" for one in note.signatures))
    return tuple(signers)


def is_name(name: str) -> bool:
    """Whether a key may be called so: not empty, no white space, no plus sign."""
    return bool(name) and "+" not in name and not any(sign.isspace() for sign in name)


def _refuse_bad_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteMalformed("the text does not end with a newline, or has control characters")


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    raw = _decoded(found[2]) if found else None
    if found is None or raw is None or len(raw) <= ID_BYTES or not is_name(found[1]):
        raise NoteMalformed("a line below the text is not a signature")
    return Signature(found[1], raw[:ID_BYTES].hex(), raw[ID_BYTES:])


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
