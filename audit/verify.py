"""Verifies the seal: every row against its leaf, every checkpoint and anchor against the tree.

It reads the database by itself, in as many processes as it is given, and trusts nothing there but
what the log's keys have signed. What it returns names the events that are not as they were sealed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import asyncpg

from audit.added import added_findings
from audit.anchored import Anchored, anchor_findings, missing_findings
from audit.asked import Asked, Progress, Report
from audit.checkpoints import Checked, Signed, check_all, opened, parts_of
from audit.destroyed import destroyed_findings
from audit.findings import Finding
from audit.guards import guard_findings
from audit.lost_keys import but_of_changed_rows, lost_key_findings
from audit.rows import row_findings
from audit.shifted import in_their_tiles
from audit.stretch import Bounds, Compared, bounds_of, compare
from audit.two_trees import (
    Trees,
    Verdict,
    judged,
    root_of,
)
from audit.unnumbered import unnumbered_findings
from audit.unsealed import unsealed_findings
from eventstore.connect import Connection
from eventstore.errors import store_errors
from eventstore.seal.anchors import AnchorState, states
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.errors import SealError
from eventstore.seal.keyring import KeyRing
from eventstore.seal.last_event import last_seq_of
from eventstore.seal.merkle import Span, nodes_needed
from eventstore.seal.sql import query
from eventstore.seal.state import waiting
from eventstore.seal.tiles import WIDTH, Place, places_of
from eventstore.seal.tree import Sealed, at_size, latest, read_tiles, seq_at, sizes_among

STRETCH = 64
"""Tiles that one task compares: 16,384 events."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it: `events` rows were compared, `sealed` is the tree's size.

    `checkpoints` were verified; `waiting` settled events are not sealed yet.
    """

    events: int
    sealed: int
    checkpoints: int
    waiting: int
    findings: tuple[Finding, ...]
    anchors: tuple[AnchorState, ...] = ()

    @property
    def ok(self) -> bool:
        """The log is whole, and all that is sealed is as it was."""
        return not self.findings

    @property
    def young(self) -> bool:
        """Nothing is sealed yet, and nothing has waited for it too long."""
        return self.ok and self.sealed == 0


@dataclass(frozen=True, slots=True)
class _Outside:
    """What was kept outside the database, and what the database says of the anchors."""

    anchored: Anchored
    states: tuple[AnchorState, ...]


@dataclass(slots=True)
class _Base:
    """From where on, up to where: the last good checkpoint, and findings on the way to it."""

    outside: _Outside
    judge: Sealed | None
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Work:
    """How many rows were read, the two trees that came of it, and the checkpoints."""

    rows: int
    trees: Trees
    checked: Checked


async def verify(asked: Asked, report: Report) -> Verified:
    """Verify the log, or what was sealed since a checkpoint.

    Raises `StoreUnavailable`, and `NotACheckpoint` if there is none of the size `since`.
    """
    with store_errors():
        connection = await asyncpg.connect(asked.dsn)
        try:
            outside = await _outside(connection, asked)
            base = await _judge(connection, asked, outside)
            sealed_seq = base.judge.last_seq if base.judge else 0
            base.findings += await unnumbered_findings(connection, sealed_seq)
            if base.judge is None:
                return await _nothing_sealed(connection, asked, base)
            within = replace(asked, since=min(asked.since, base.judge.size))
            work = await _work(connection, within, base.judge, report)
            return await _verdict(connection, within, base, base.judge, work)
        finally:
            await connection.close()


async def _outside(connection: Connection, asked: Asked) -> _Outside:
    """Read before the log is: what a sealer anchors meanwhile is then no contradiction."""
    found = tuple(await states(connection))
    return _Outside(await asyncio.to_thread(Anchored.read, asked, found), found)


async def _judge(connection: Connection, asked: Asked, outside: _Outside) -> _Base:
    """The largest checkpoint that is rightly signed; what is wrong with the larger ones."""
    if asked.since and not asked.kept:
        await at_size(connection, asked.since)
    findings = await destroyed_findings(connection)
    findings += await guard_findings(connection)
    findings += await added_findings(connection)
    findings += await lost_key_findings(connection, asked.wrapper)
    sealed = await latest(connection)
    while sealed:
        signed, wrong = opened(asked.ring, sealed)
        if signed and signed.size == sealed.size:
            return _Base(outside, await _as_signed(connection, sealed, signed), findings)
        findings += [wrong] if wrong else []
        row = await connection.fetchrow(query("nearest_checkpoints"), sealed.size)
        before = row["before"] if row else None
        sealed = await at_size(connection, before) if before is not None else None
    return _Base(outside, None, findings)


async def _as_signed(connection: Connection, sealed: Sealed, signed: Checkpoint) -> Sealed:
    """What counts of a row; that its columns say other than its note is told with the others."""
    by_note = replace(sealed, root=signed.root)
    return replace(by_note, last_seq=await last_seq_of(connection, by_note))


async def _nothing_sealed(connection: Connection, asked: Asked, base: _Base) -> Verified:
    left = await waiting(connection, 0)
    findings = base.findings or unsealed_findings(left, asked.patience, 0)
    findings += anchor_findings(base.outside.anchored, {}, Signed(0, 0, b""), lambda _: None)
    return Verified(0, 0, 0, left.events, _in_order(findings), base.outside.states)


async def _work(connection: Connection, asked: Asked, judge: Sealed, report: Report) -> _Work:
    """Compare every row with its leaf, and verify every checkpoint."""
    bounds = await bounds_of(connection, asked.since // WIDTH, judge)
    rows = await connection.fetch(query("upper_tiles"))
    stored = {Place(row["level"], row["index"]): row["hashes"] for row in rows}
    checkpoints = await parts_of(connection, asked, judge.size)
    events = judge.size - asked.since // WIDTH * WIDTH
    progress = Progress(events + checkpoints.checkpoints, report)
    parts = await _compared(asked, bounds, progress)
    bad = {tile.bounds.number: tile for part in parts for tile in part.bad}
    hashes = [one for part in parts for one in part.tile_hashes]
    trees = in_their_tiles(Trees(judge.size, stored, bounds, hashes, bad))
    checked = await check_all(asked, checkpoints, progress)
    return _Work(sum(part.rows for part in parts), trees, checked)


async def _compared(asked: Asked, bounds: Sequence[Bounds], progress: Progress) -> list[Compared]:
    stretches = [bounds[at : at + STRETCH] for at in range(0, len(bounds), STRETCH)]
    tasks = [asked.share(compare, asked.dsn, stretch) for stretch in stretches]
    parts: list[Compared] = []
    for task in asyncio.as_completed(tasks):
        parts.append(await task)
        progress.add(parts[-1].leaves)
    return sorted(parts, key=lambda part: part.first)


async def _verdict(
    connection: Connection, asked: Asked, base: _Base, judge: Sealed, work: _Work
) -> Verified:
    trees, checked = work.trees, work.checked
    verdict = judged(trees, await _tiles_for(connection, [judge.size]), judge.root)
    right, wrong = await _second_look(connection, verdict, checked)
    findings = [*base.findings, *verdict.findings, *await row_findings(asked.dsn, verdict.rows)]
    findings += checked.findings
    findings += _wrong_roots(right, wrong)
    findings += await _against_anchors(connection, base.outside, judge, verdict, right)
    left = await waiting(connection, judge.last_seq)
    findings += unsealed_findings(left, asked.patience, judge.size)
    return Verified(
        events=work.rows,
        sealed=judge.size,
        checkpoints=len(right) + len(wrong),
        waiting=left.events,
        findings=_in_order(findings),
        anchors=base.outside.states,
    )


async def _second_look(
    connection: Connection, verdict: Verdict, checked: Checked
) -> tuple[list[Signed], list[Signed]]:
    """Checkpoints that do not fit the tiles as they are may fit the tiles as they were."""
    tiles = await _tiles_for(connection, [one.size for one in checked.other_root])
    tiles |= verdict.repaired
    right: list[Signed] = list(checked.fitting)
    wrong: list[Signed] = []
    for one in checked.other_root:
        (right if root_of(tiles, one.size) == one.root else wrong).append(one)
    return sorted(right, key=lambda one: one.size), wrong


async def _tiles_for(connection: Connection, sizes: Sequence[int]) -> dict[Place, bytes]:
    spans = [Span(0, size) for size in sizes]
    return await read_tiles(connection, places_of(nodes_needed(spans)))


def _wrong_roots(right: Sequence[Signed], wrong: Sequence[Signed]) -> list[Finding]:
    """The first checkpoint that does not fit bounds what was rewritten, from the one before it."""
    if not wrong:
        return []
    first = wrong[0]
    begin = max((one.last_seq for one in right if one.size < first.size), default=0) + 1
    if any(one.size > first.size for one in right):
        return [_single(one) for one in wrong]
    message = (
        f"events {begin} to {first.last_seq} were rewritten: the checkpoint of size {first.size} "
        f"signs another root, as do {len(wrong) - 1} later ones"
    )
    return [Finding.at("rewritten", begin, first.last_seq, message)]


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """In the order of the log; what is not about events comes last."""

    def place(finding: Finding) -> tuple[bool, int]:
        first = finding.seq if finding.from_seq is None else finding.from_seq
        return first is None, first or 0

    return tuple(sorted(but_of_changed_rows(findings), key=place))


def _single(one: Signed) -> Finding:
    return Finding(
        kind="checkpoint_root",
        seq=one.last_seq,
        message=f"the checkpoint of size {one.size} signs a root that the log never had",
    )


async def _against_anchors(
    connection: Connection,
    outside: _Outside,
    judge: Sealed,
    verdict: Verdict,
    right: Sequence[Signed],
) -> list[Finding]:
    anchored = outside.anchored
    known = {one.size: one for one in right}
    strange = [one.size for one in anchored.signed if one.size not in known]
    tiles = await _tiles_for(connection, [size for size in strange if size <= judge.size])
    tiles |= verdict.repaired

    def root_at(size: int) -> bytes | None:
        return known[size].root if size in known else root_of(tiles, size)

    last = Signed(judge.size, judge.last_seq, judge.root)
    gone = await _without_row(connection, [size for size in strange if size <= judge.size])
    return [
        *anchor_findings(anchored, known, last, root_at),
        *missing_findings(anchored, gone, root_at),
    ]


async def _without_row(connection: Connection, sizes: Sequence[int]) -> dict[int, int | None]:
    """Of these sizes, those of which no checkpoint is stored, each with its last event's seq."""
    stored = await sizes_among(connection, sizes)
    return {size: await seq_at(connection, size - 1) for size in set(sizes) - stored}


def kept_in(ring: KeyRing, note: str) -> Checkpoint:
    """A checkpoint that somebody kept. Raises `SealError` if it is not this log's."""
    return ring.recognise(note)


__all__ = ("Asked", "Report", "SealError", "Verified", "kept_in", "verify")
