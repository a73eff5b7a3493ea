"""From tiles that do not fit their rows to sentences: which row is changed, gone, new or moved."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import asyncpg

from audit.findings import Finding, Kind
from audit.stretch import BadTile, Leaf
from eventstore.seal.leaf import Row, read_rows

COMPARED_AT_MOST = 200
"""Rows that are tried at each other's places: more than that, and it was no exchange."""

_SAYS: dict[Kind, str] = {
    "row_changed": "is not as it was sealed: at least one byte of it has been changed",
    "row_missing": "was sealed and is gone",
    "row_extra": "was never sealed: it was put in afterwards",
}


@dataclass(frozen=True, slots=True)
class Differences:
    """What distinguishes today's rows from the sealed leaves, each in the order of seq."""

    changed: list[Leaf]
    missing: list[Leaf]
    extra: list[Leaf]

    @property
    def leaves(self) -> set[Leaf]:
        """Each leaf that a row was changed from, or is gone, or is too many."""
        return {*self.changed, *self.missing, *self.extra}

    @property
    def few(self) -> bool:
        return len(self.changed) + len(self.missing) + len(self.extra) <= COMPARED_AT_MOST


def differences(bad: Sequence[BadTile]) -> Differences:
    """What the bad tiles come to; `changed` and `missing` hold the hashes that were sealed.

    Each row answers for one leaf: of several at one seq, those that nobody sealed are extra.
    """
    sealed = Counter(leaf for tile in bad for leaf in tile.sealed)
    present = Counter(leaf for tile in bad for leaf in tile.present)
    gone, come = _by_seq((sealed - present).elements()), _by_seq((present - sealed).elements())
    found = Differences([], [], [])
    for seq in sorted(gone.keys() | come.keys()):
        both = min(len(gone[seq]), len(come[seq]))
        found.changed.extend(gone[seq][:both])
        found.missing.extend(gone[seq][both:])
        found.extra.extend(come[seq][both:])
    return found


def _by_seq(leaves: Iterable[Leaf]) -> defaultdict[int, list[Leaf]]:
    found: defaultdict[int, list[Leaf]] = defaultdict(list)
    for leaf in leaves:
        found[leaf.seq].append(leaf)
    return found


async def row_findings(dsn: str, found: Differences) -> list[Finding]:
    """A finding for every row, or for every run of neighbours that share their fate."""
    findings: list[Finding] = []
    if found.few and (found.changed or found.extra):
        findings = await _exchanged(dsn, found)
    explained = {seq for one in findings for seq in (one.seq, one.from_seq, one.to_seq)}
    by_kind: dict[Kind, Sequence[Leaf]] = {
        "row_changed": found.changed,
        "row_missing": found.missing,
        "row_extra": found.extra,
    }
    for kind, leaves in by_kind.items():
        seqs = [leaf.seq for leaf in leaves if leaf.seq not in explained]
        findings += _told(kind, seqs, found)
    return findings


async def _exchanged(dsn: str, found: Differences) -> list[Finding]:
    """Rows whose content was sealed at another place: two that were swapped, or one moved."""
    sealed = {leaf.hash: leaf.seq for leaf in (*found.changed, *found.missing)}
    came_from: dict[int, int] = {}
    for row in await _rows_at(dsn, {leaf.seq for leaf in (*found.changed, *found.extra)}):
        for origin in sealed.values():
            if origin != row.seq and sealed.get(row.hash_at(origin)) == origin:
                came_from[row.seq] = origin
    return [
        _exchange(seq, origin, swapped=came_from.get(origin) == seq)
        for seq, origin in sorted(came_from.items())
        if came_from.get(origin) != seq or seq < origin
    ]


async def _rows_at(dsn: str, seqs: Iterable[int]) -> list[Row]:
    connection = await asyncpg.connect(dsn)
    try:
        return [row for seq in seqs for row in await read_rows(connection, seq - 1, seq)]
    finally:
        await connection.close()


def _exchange(seq: int, origin: int, *, swapped: bool) -> Finding:
    first, last = sorted((seq, origin))
    if swapped:
        return Finding(
            kind="rows_swapped",
            from_seq=first,
            to_seq=last,
            message=f"events {first} and {last} have changed places",
        )
    return Finding(
        kind="row_moved",
        from_seq=first,
        to_seq=last,
        message=f"event {seq} was sealed as event {origin}: it has been moved",
    )


def _told(kind: Kind, seqs: Sequence[int], found: Differences) -> list[Finding]:
    """One finding for each run of neighbours, where neighbours follow each other in the log."""
    known = sorted(
        {leaf.seq for part in (found.changed, found.missing, found.extra) for leaf in part}
    )
    place = {seq: number for number, seq in enumerate(known)}
    runs: list[list[int]] = []
    for seq in seqs:
        if runs and place[seq] == place[runs[-1][-1]] + 1 and not found.few:
            runs[-1].append(seq)
        else:
            runs.append([seq])
    return [_run(kind, run) for run in runs]


def _run(kind: Kind, run: Sequence[int]) -> Finding:
    if len(run) == 1:
        return Finding(kind=kind, seq=run[0], message=f"event {run[0]} {_SAYS[kind]}")
    return Finding.at(
        kind, run[0], run[-1], f"{len(run)} events from {run[0]} to {run[-1]}: each {_SAYS[kind]}"
    )
