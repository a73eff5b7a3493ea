"""An export for analysts: the views as one instant left them, read twice and never held whole.

First every row is looked at, to count who shares what; then it is written. Memory holds the counts
and one batch.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg

from activities.files import write_whole
from audit.deidentified.columns import CASE, Table
from audit.deidentified.errors import KeyDamaged
from audit.deidentified.explaining import Exported, Wanted, explain
from audit.deidentified.hiding import Class, Classes, Hiding, Key, Row, finest
from audit.deidentified.parquet import require_pyarrow, writing
from audit.errors import FolderTaken
from domain.events.envelope import Origin, new_events
from domain.events.reads import ListRead
from eventstore.connect import Connection, Pool
from eventstore.errors import store_errors
from eventstore.reads import Reading, ReadLog, access_stream_by
from eventstore.sql import queries_in
from projections.caseload.view import CASELOAD
from projections.checkpoint import checkpoint_of
from projections.errors import ViewAbsent, ViewOutdated

KEY_BYTES = 32
BATCH = 5_000
"""Rows that are read, and written as a row group, at once."""

WHAT = "export-views"
"""How the access log calls it."""

query = queries_in(Path(__file__).parent / "queries")


async def export_views(
    pool: Pool, reads: ReadLog, wanted: Wanted, folder: Path, key_file: Path | None = None
) -> Exported:
    """Write the tables into a folder that is not there yet, and record the read before.

    Without `key_file` nobody keeps the key: no other export has the same pseudonyms. Raises a
    `AuditError`, a `ProjectionError` or `StoreUnavailable`.
    """
    await asyncio.to_thread(require_pyarrow)
    key = await asyncio.to_thread(_key, key_file)
    await asyncio.to_thread(_make, folder)
    async with _one_instant(pool) as connection:
        seq = await _position(connection, wanted.tables)
        classes = await _classes(connection, key, wanted)
        await _record(reads, wanted, classes.patients)
        written = {
            table.name: await _write(connection, Hiding(table, key, classes, wanted.k), folder)
            for table in wanted.tables
        }
    found = Exported(seq, written, classes.left_out)
    await asyncio.to_thread(explain, folder, wanted, found, key_kept=key_file is not None)
    return found


@asynccontextmanager
async def _one_instant(pool: Pool) -> AsyncIterator[Connection]:
    """A connection that sees every view as it is now, whatever is written meanwhile."""
    with store_errors():
        async with (
            pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection


async def _position(connection: Connection, tables: Sequence[Table]) -> int:
    """The last event that all of the views have taken in. Raises `ViewAbsent`, `ViewOutdated`."""
    positions = []
    for view in dict.fromkeys((CASELOAD, *(table.view for table in tables))):
        try:
            found = await checkpoint_of(connection, view.schema)
        except asyncpg.UndefinedTableError:
            found = None
        if found is None:
            raise ViewAbsent(view.name)
        if found.version != view.version:
            raise ViewOutdated(view.name)
        positions.append(found.seq)
    return min(positions)


async def _batches(connection: Connection, table: Table, key: Key) -> AsyncIterator[Sequence[Row]]:
    cursor = await connection.cursor(query(table.name), key.order)
    while batch := await cursor.fetch(BATCH):
        yield [dict(row) for row in batch]


async def _classes(connection: Connection, key: Key, wanted: Wanted) -> Classes:
    patients: Counter[Class] = Counter()
    today = wanted.at.date()
    async for batch in _batches(connection, CASE, key):
        patients.update(finest(row, today) for row in batch)
    return Classes(patients, wanted.k, today)


async def _write(connection: Connection, hiding: Hiding, folder: Path) -> int:
    """How many rows were written."""
    async for batch in _batches(connection, hiding.table, hiding.key):
        await asyncio.to_thread(hiding.note, batch)
    rows = 0
    with writing(folder, hiding.table) as write:
        async for batch in _batches(connection, hiding.table, hiding.key):
            hidden = await asyncio.to_thread(hiding.hidden, batch)
            await asyncio.to_thread(write, hidden)
            rows += len(hidden)
    return rows


async def _record(reads: ReadLog, wanted: Wanted, patients: int) -> None:
    """Record that so many patients' data were read: nobody reads without that."""
    if not patients:
        return
    read = ListRead(at=wanted.at, what=WHAT, patients=patients, purpose=wanted.purpose)
    [event] = new_events([read], Origin(command_id=uuid4(), actor=wanted.by))
    await reads.append([Reading(access_stream_by(wanted.by.subject), event)])


def _key(file: Path | None) -> Key:
    """The key of an earlier export, or another; kept where somebody asked for that."""
    if file is not None and file.exists():
        secret = file.read_bytes()
        if len(secret) != KEY_BYTES:
            raise KeyDamaged(file)
        return Key(secret)
    key = Key(secrets.token_bytes(KEY_BYTES))
    if file is not None:
        write_whole(file, key.secret)
    return key


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise FolderTaken(folder) from None
