"""What the tests of the seal are given: a log that is filled, sealed, and tampered with."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from audit.findings import Finding
from audit.verify import Asked, Report, Verified, verify
from eventstore.connect import Pool
from eventstore.seal.anchors import FileAnchor, Follower
from eventstore.seal.keyring import PUBLIC, KeyRing, ensure_ring, read_ring
from eventstore.seal.sealer import seal_once
from eventstore.seal.tree import Sealed
from eventstore.settle import tick
from eventstore.store import EventStore
from tests.eventstore.given import a_stream, notes

TRIGGERS = {
    "events": ("refuse_rewriting",),
    "seal_tiles": ("refuse_deleting", "refuse_resealing"),
    "seal_checkpoints": ("refuse_resealing",),
}
FILL = """
    INSERT INTO carepath_log.events (seq, stream_id, version, event_id, type, schema_version,
        effective_at, actor, relied_on, command_id, data)
    SELECT nextval('carepath_log.events_seq'), 'pathway-' || gen_random_uuid(), 1,
        gen_random_uuid(), 'test.noted', 1, now(), '{"role": "clinician", "subject": "account-7"}',
        '{"group-1": 4}', gen_random_uuid(), convert_to('{"text": "' || n || '"}', 'UTF8')
    FROM generate_series(1, $1::int) AS n
"""
FORGET = (
    "DELETE FROM carepath_log.seal_tiles",
    "DELETE FROM carepath_log.seal_checkpoints",
)
"""The whole seal is gone, so that whoever has a key can seal the log anew."""

ROOT = "SELECT root FROM carepath_log.seal_checkpoints WHERE size = $1"
SIGN_AGAIN = "UPDATE carepath_log.seal_checkpoints SET note = '{}', root = '{}' WHERE size = {}"


def _nothing(_done: int, _total: int) -> None:
    """Look away from how far verifying has come."""


@dataclass
class Clinic:
    """A log, the folder of its seal's keys, and a folder for anchors."""

    pool: Pool
    dsn: str
    keys: Path
    folder: Path

    @property
    def ring(self) -> KeyRing:
        return read_ring(self.keys / PUBLIC)

    @property
    def anchor(self) -> Path:
        return self.folder / "anchor.jsonl"

    async def made_keys(self) -> None:
        """As a sealer makes them when it starts, before anything is sealed."""
        await asyncio.to_thread(ensure_ring, self.keys)

    async def record(self, *texts: str) -> list[int]:
        """One event for each text, each in a stream of its own; their seqs."""
        store = EventStore(self.pool)
        appended = [await store.append(a_stream(), 0, notes(text)) for text in texts]
        await self.settle()
        return [seq for one in appended for seq in one.seqs]

    async def fill(self, events: int) -> None:
        await self.pool.execute(FILL, events)
        await self.settle()

    async def settle(self) -> None:
        """Tick until all is settled: the server's own work may hold the first tick back."""
        last = await EventStore(self.pool).last_seq()
        async with self.pool.acquire() as connection:
            while await tick(connection) < last:
                pass

    async def anchored(self) -> Sealed:
        """Sealed, and taken by the sealer's own anchor."""
        sealed = await self.seal()
        follower = Follower(FileAnchor(self.anchor), self.pool)
        follower.offer(sealed)
        assert await follower.deliver()
        return sealed

    async def seal(self, batch: int = 2**20) -> Sealed:
        sealed = await seal_once(self.pool, self.keys, batch)
        assert sealed is not None
        return sealed

    async def tamper(self, *statements: str) -> None:
        """What somebody does who owns the database, and leaves its triggers as they were."""
        connection = await asyncpg.connect(self.dsn)
        for table in TRIGGERS:
            await connection.execute(f"ALTER TABLE carepath_log.{table} DISABLE TRIGGER ALL")
        for statement in statements:
            done = await connection.execute(statement)
            assert not done.endswith(" 0"), f"nothing was tampered with: {statement}"
        for table, names in TRIGGERS.items():
            for name in names:
                await connection.execute(
                    f"ALTER TABLE carepath_log.{table} ENABLE ALWAYS TRIGGER {name}"
                )
        await connection.close()

    async def replace_note(self, size: int, note: str, root: bytes | None = None) -> None:
        """Another note in the row of a checkpoint, and another root if one is given."""
        kept = await self.pool.fetchval(ROOT, size)
        await self.tamper(SIGN_AGAIN.format(note, f"\\x{(root or kept).hex()}", size))

    async def verified(self, since: int = 0, report: Report = _nothing) -> Verified:
        anchor = self.anchor if self.anchor.exists() else None
        asked = Asked(self.dsn, self.ring, anchor=anchor, since=since)
        return await verify(asked, report)

    async def verified_by_its_owner(self) -> Verified:
        """As `audit verify` does without `--anchor`."""
        anchor = self.anchor if self.anchor.exists() else None
        return await verify(Asked(self.dsn, self.ring, anchor, own_anchor=True), _nothing)

    async def found(self, since: int = 0) -> Sequence[Finding]:
        return (await self.verified(since)).findings

    async def told(self) -> list[tuple[str, int | tuple[int, int] | None]]:
        """Kind and place of every finding."""
        return [(one.kind, place(one)) for one in await self.found()]


def place(finding: Finding) -> int | tuple[int, int] | None:
    if finding.from_seq is not None and finding.to_seq is not None:
        return finding.from_seq, finding.to_seq
    return finding.seq
