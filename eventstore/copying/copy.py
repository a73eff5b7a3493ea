"""Copies the settled part of a log between databases: events, keys and seal, verified at the end.

One transaction on each side: the source is read as of one instant, and the target keeps all or
nothing. Both sides then hash what they hold, ten thousand events at a time.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventstore.connect import Connection, fetch_one
from eventstore.copying.errors import CopyDiffers, SchemasDiffer, TargetInUse
from eventstore.errors import store_errors
from eventstore.migrate import migrate
from eventstore.sql import queries_in
from eventstore.store import EventStore

TABLES = (
    "events",
    "patient_keys",
    "key_fingerprints",
    "seal_tiles",
    "seal_checkpoints",
    "seal_anchors",
    "effect_ledger",
)
CHUNKS_AHEAD = 64
"""So many pieces of up to 512 kB the source may be ahead of the target."""

query = queries_in(Path(__file__).parent / "queries")


@dataclass(frozen=True, slots=True)
class Copied:
    """`events` were copied and verified, up to `settled_seq`.

    So many numbers were `left`: given when all was done, and not settled when it began.
    """

    events: int
    settled_seq: int
    left: int


async def copy_log(source: Connection, target: Connection) -> Copied:
    """Copy the settled log to an empty database, which is migrated first.

    The target's user must own its log. Raises `TargetInUse`, `SchemasDiffer`, `CopyDiffers`,
    `StoreUnavailable`.
    """
    await migrate(target)
    with store_errors():
        async with (
            source.transaction(isolation="repeatable_read", readonly=True),
            target.transaction(),
        ):
            for side in (source, target):
                await side.execute(query("take_time"))
            await _require_ready(source, target)
            extent = await fetch_one(source, query("extent"))
            for table in TABLES:
                await _copy(table, source, target, extent["settled_seq"])
            await target.execute(query("go_on_from"), extent["settled_seq"])
            for table in TABLES:
                await _require_same(table, source, target, extent["settled_seq"])
            left = await EventStore(source).last_seq() - extent["settled_seq"]
            return Copied(**extent, left=left)


async def _require_ready(source: Connection, target: Connection) -> None:
    held = await fetch_one(target, query("count"))
    if any(held):
        raise TargetInUse(**held)
    ours, theirs = [await side.fetch(query("migrations")) for side in (source, target)]
    if ours != theirs:
        raise SchemasDiffer(ours[-1]["name"], theirs[-1]["name"])


async def _copy(table: str, source: Connection, target: Connection, settled: int) -> None:
    """Both ends of COPY at once, in PostgreSQL's own binary format."""
    pieces: asyncio.Queue[bytes | None] = asyncio.Queue(CHUNKS_AHEAD)

    async def give() -> None:
        arguments = [settled] if table == "events" else []
        await source.copy_from_query(
            query(f"all_{table}"), *arguments, output=pieces.put, format="binary"
        )
        await pieces.put(None)

    async def take() -> None:
        await target.copy_to_table(
            table, schema_name="carepath_log", source=_until_none(pieces), format="binary"
        )

    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(give())
            both.create_task(take())
    except ExceptionGroup as failed:
        # The callers know the errors of the database, not groups of them; the first ended both.
        raise failed.exceptions[0] from None


async def _until_none(pieces: "asyncio.Queue[bytes | None]") -> AsyncIterator[bytes]:
    while (piece := await pieces.get()) is not None:
        yield piece


async def _require_same(table: str, source: Connection, target: Connection, settled: int) -> None:
    sent, arrived = await asyncio.gather(
        *(_digests(table, side, settled) for side in (source, target))
    )
    if sent != arrived:
        different = dict(sent.items() ^ arrived.items())
        raise CopyDiffers(table, min(different))


async def _digests(table: str, side: Connection, settled: int) -> dict[int, Any]:
    """For each ten thousand rows, by the number of the first, how many there are and their hash."""
    arguments = [settled] if table == "events" else []
    rows = await side.fetch(query(f"digest_{table}"), *arguments)
    return {row["first"]: (row["held"], row["digest"]) for row in rows}
