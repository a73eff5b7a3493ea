"""Checkpoints that were kept outside the database, against the tree of today.

A kept checkpoint whose root is not the root at its size shows a fork: somebody rewrote the log and
had it signed anew. One that is larger than the log shows that its end was cut off.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from audit.asked import Asked
from audit.checkpoints import Signed
from audit.findings import Finding
from eventstore.seal.anchors import FILE, AnchorState, notes_in
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.errors import SealError
from eventstore.seal.keyring import KeyRing


@dataclass(slots=True)
class Anchored:
    """The checkpoints kept outside, the smallest first, and what is wrong with their file."""

    signed: list[Checkpoint] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def read(cls, asked: Asked, states: Sequence[AnchorState]) -> Self:
        """Read the file of notes and what was kept by hand; with neither nothing is compared.

        While a sealer runs the file may hold more than these `states`, never less; so the log's
        last checkpoint is to be read after this.
        """
        found = cls()
        if asked.anchor:
            found._read_file(asked.ring, asked.anchor)
        if asked.own_anchor:
            found.findings += _shortened(found.signed, states)
        if asked.kept:
            found.signed.append(asked.kept)
        found.signed.sort(key=lambda one: one.size)
        return found

    def _read_file(self, ring: KeyRing, path: Path) -> None:
        try:
            notes = notes_in(path)
        except (OSError, UnicodeDecodeError, SealError) as unreadable:
            self.findings.append(_unreadable(path, str(unreadable)))
            return
        for note in notes:
            self._take(ring, path, note)

    def _take(self, ring: KeyRing, path: Path, note: str) -> None:
        try:
            self.signed.append(ring.recognise(note))
        except SealError as refused:
            self.findings.append(_unreadable(path, str(refused)))


def anchor_findings(
    anchored: Anchored,
    known: Mapping[int, Signed],
    judge: Signed,
    root_at: Callable[[int], bytes | None],
) -> list[Finding]:
    """What the anchored checkpoints say of a log that is sealed up to `judge`."""
    findings = list(anchored.findings)
    beyond = [one for one in anchored.signed if one.size > judge.size]
    if beyond:
        findings.append(_cut_off(beyond[-1], judge))
    agreed = 0
    for one in anchored.signed:
        if one.size > judge.size:
            break
        if root_at(one.size) != one.root:
            return [*findings, _forked(one, agreed, known, judge)]
        agreed = one.size
    return findings


def missing_findings(
    anchored: Anchored, last_seqs: Mapping[int, int | None], root_at: Callable[[int], bytes | None]
) -> list[Finding]:
    """Checkpoints that were anchored and are not stored any more.

    `last_seqs` gives for each such size the seq of its last event. Where the root is another one
    the log is forked, which says more.
    """
    sizes = {one.size for one in anchored.signed if root_at(one.size) == one.root}
    return [
        Finding(
            kind="checkpoint_missing",
            seq=seq,
            message=f"the checkpoint of size {size} was anchored, and its row is gone",
        )
        for size, seq in sorted(last_seqs.items())
        if size in sizes
    ]


def _shortened(signed: Sequence[Checkpoint], states: Sequence[AnchorState]) -> list[Finding]:
    """The sealer's own anchor does not hold what it took."""
    held = {one.size for one in signed}
    return [
        Finding(
            kind="anchor_shortened",
            message=f"the anchor's file took the checkpoint of size {one.accepted_size} "
            "and does not hold it any more",
        )
        for one in states
        if one.anchor == FILE and one.accepted_size is not None and one.accepted_size not in held
    ]


def _cut_off(anchored: Checkpoint, judge: Signed) -> Finding:
    return Finding(
        kind="cut_off",
        seq=judge.last_seq,
        message=f"a checkpoint of size {anchored.size} was anchored, and the log is sealed to "
        f"{judge.size} only: what came after event {judge.last_seq} was cut off",
    )


def _forked(
    anchored: Checkpoint, agreed: int, known: Mapping[int, Signed], judge: Signed
) -> Finding:
    """Somewhere between the last anchored size that agrees and the first that does not."""
    first = max((one.last_seq for one in known.values() if one.size <= agreed), default=0) + 1
    last = min(
        (one.last_seq for one in known.values() if one.size >= anchored.size),
        default=judge.last_seq,
    )
    return Finding.at(
        "forked",
        first,
        last,
        f"the anchored checkpoint of size {anchored.size} has another root than this log: "
        f"events {first} to {last} were rewritten and sealed anew",
    )


def _unreadable(path: Path, why: str) -> Finding:
    return Finding(kind="anchor_unreadable", message=f"{path.name}: {why}")
