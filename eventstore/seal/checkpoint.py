"""Checkpoints, as C2SP tlog-checkpoint defines them: which log, how many leaves, which root."""

import base64
import binascii
import re
from dataclasses import dataclass

from eventstore.seal.errors import NoteMalformed
from eventstore.seal.merkle import HASH_BYTES
from eventstore.seal.note import Note, parse

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed: the log's name, its size in leaves, and the root (32 bytes) at that size."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text of the note."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def checkpoint_of(note: Note) -> Checkpoint:
    """What a note says; its signatures are another matter. Raises `NoteMalformed`."""
    lines = note.text.removesuffix("\n").split("\n")
    if len(lines) < _AT_LEAST or not all(lines):
        raise NoteMalformed("the text is not three lines: origin, size and root")
    origin, size, root = lines[:_AT_LEAST]
    if not _SIZE.fullmatch(size):
        raise NoteMalformed("the second line is not a size")
    return Checkpoint(origin, int(size), _root(root))


def read_checkpoint(note: str) -> tuple[Note, Checkpoint]:
    """A signed note taken apart, and what it says. Raises `NoteMalformed`."""
    parsed = parse(note)
    return parsed, checkpoint_of(parsed)


def _root(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != HASH_BYTES:
        raise NoteMalformed("the third line is not a SHA-256 hash in base64")
    return raw
