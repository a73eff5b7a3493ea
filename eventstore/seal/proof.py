"""Proofs that need nothing but the log's public keys to be checked.

That an event is in the log is proved in C2SP's tlog-proof format, with the leaf as its extra data;
that a log only grew between two checkpoints, by a JSON document with both notes.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.errors import ProofMalformed, ProofWrong
from eventstore.seal.keyring import KeyRing
from eventstore.seal.leaf import seq_of
from eventstore.seal.merkle import HASH_BYTES, leaf_hash, verify_consistency, verify_inclusion

INCLUSION = "c2sp.org/tlog-proof@v1"
CONSISTENCY = "carepath/consistency-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """A leaf stands at `index` in the tree that the note signs; `hashes` lead to its root."""

    leaf: bytes
    index: int
    hashes: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        """The proof in tlog-proof format."""
        lines = (
            INCLUSION,
            f"extra {_base64(self.leaf)}",
            f"index {self.index}",
            *map(_base64, self.hashes),
            "",
            self.note,
        )
        return "\n".join(lines)

    @property
    def document(self) -> dict[str, Any]:
        """The proof as JSON."""
        return {
            "format": INCLUSION,
            "leaf": _base64(self.leaf),
            "index": self.index,
            "hashes": [_base64(one) for one in self.hashes],
            "checkpoint": self.note,
        }

    def check(self, ring: KeyRing) -> tuple[Checkpoint, int]:
        """The checkpoint that holds the event, and the event's seq.

        Raises `ProofWrong`, and what `KeyRing.open` raises.
        """
        signed = ring.open(self.note)
        if not verify_inclusion(
            leaf_hash(self.leaf), self.index, signed.size, self.hashes, signed.root
        ):
            raise ProofWrong("the leaf and the hashes do not lead to the root that is signed")
        try:
            return signed, seq_of(self.leaf)
        except ValueError as unknown:
            raise ProofWrong(str(unknown)) from None


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """The tree of the old note is a beginning of that of the new one."""

    old: str
    new: str
    hashes: tuple[bytes, ...]

    @property
    def document(self) -> dict[str, Any]:
        """The proof as JSON."""
        return {
            "format": CONSISTENCY,
            "old": self.old,
            "new": self.new,
            "hashes": [_base64(one) for one in self.hashes],
        }

    def check(self, ring: KeyRing) -> tuple[Checkpoint, Checkpoint]:
        """Both checkpoints. Raises `ProofWrong`, and what `KeyRing.open` raises."""
        old, new = ring.open(self.old), ring.open(self.new)
        if not verify_consistency(old.size, new.size, old.root, new.root, self.hashes):
            raise ProofWrong("the hashes do not lead from the old root to the new one")
        return old, new


Proof = InclusionProof | ConsistencyProof


def read_proof(text: str) -> Proof:
    """A proof in either form, JSON or tlog-proof text. Raises `ProofMalformed`."""
    return _from_document(text) if text.lstrip().startswith("{") else _from_text(text)


def _from_text(text: str) -> InclusionProof:
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != INCLUSION:
        raise ProofMalformed(f"it does not begin with {INCLUSION}")
    if len(lines) < len(("format", "extra", "index")) or not lines[1].startswith("extra "):
        raise ProofMalformed("the leaf is missing: it is the extra data")
    index = _INDEX.fullmatch(lines[2])
    if index is None:
        raise ProofMalformed("there is no index")
    return InclusionProof(
        leaf=_bytes(lines[1].removeprefix("extra ")),
        index=int(index[1]),
        hashes=tuple(_hash(line) for line in lines[3:]),
        note=note,
    )


def _from_document(text: str) -> Proof:
    try:
        content = json.loads(text)
        hashes = tuple(_hash(one) for one in content["hashes"])
        if content["format"] == CONSISTENCY:
            return ConsistencyProof(str(content["old"]), str(content["new"]), hashes)
        if content["format"] == INCLUSION:
            leaf = _bytes(content["leaf"])
            return InclusionProof(leaf, int(content["index"]), hashes, str(content["checkpoint"]))
    except (ValueError, KeyError, TypeError) as wrong:
        raise ProofMalformed(f"a member is missing or wrong: {type(wrong).__name__}") from None
    raise ProofMalformed("its format is neither that of inclusion nor that of consistency")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ProofMalformed("what should be base64 is not") from None


def _hash(text: str) -> bytes:
    found = _bytes(text)
    if len(found) != HASH_BYTES:
        raise ProofMalformed(f"a hash does not have {HASH_BYTES} bytes")
    return found
