"""Taking settled events into one copy of a view, batch by batch, each exactly once.

Everything is read and computed before the transaction. The transaction moves the checkpoint, only
if it still is where the batch began, and writes; so it is short, which every reader of the log
depends on, and whatever ends it half-way has changed nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import structlog

from domain.events.envelope import RecordedEvent
from domain.fold import as_of
from eventstore.connect import Connection, Pool
from eventstore.errors import StoreUnavailable, store_errors
from eventstore.store import EventStore
from eventstore.stored import StoredEvent
from projections.checkpoint import Checkpoint, advance, checkpoint_of, record_stop
from projections.errors import Overtaken, ViewAbsent, ViewStopped
from projections.tables import look_into
from projections.view import Load, View

BATCH = 2000
"""Events a batch: more gain little speed, and hold the processor for longer at a time."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Until:
    """Which part of the log a copy shows: all of it, unless one of these is given.

    `seq` is the last event, `effective` and `known` are the instants up to which events happened
    and were recorded.
    """

    seq: int | None = None
    effective: datetime | None = None
    known: datetime | None = None


@dataclass(frozen=True)
class Copy:
    """One copy of a view, in `schema`, following the log of `store` as far as `until`."""

    store: EventStore
    pool: Pool
    view: View[Any, Any]
    schema: str
    until: Until = field(default_factory=Until)
    batch: int = BATCH

    @cached_property
    def load(self) -> Load[Any]:
        """What reads what the view holds; it may remember what it has read for this copy."""
        return self.view.remembering() if self.view.remembering else self.view.load

    def forget(self) -> None:
        """Read everything again from the tables."""
        self.__dict__.pop("load", None)


async def checkpoint(copy: Copy) -> Checkpoint:
    """Where the copy is. Raises `ViewAbsent`, `StoreUnavailable`."""
    with store_errors():
        found = await checkpoint_of(copy.pool, copy.schema)
    if found is None:
        raise ViewAbsent(copy.view.name)
    return found


async def catch_up(copy: Copy, start: Checkpoint, settled: int) -> Checkpoint:
    """Take in every event from the checkpoint up to `settled`.

    Raises `ViewStopped` when an event cannot be taken in: the events before it have been, and the
    checkpoint names it. Raises `Overtaken` and `StoreUnavailable`.
    """
    goal = settled if copy.until.seq is None else min(settled, copy.until.seq)
    present = start
    while present.seq < goal:
        rows = await copy.store.read_settled(present.seq, copy.batch)
        reached = rows[-1].seq if len(rows) == copy.batch else goal
        within = [row for row in rows if row.seq <= min(reached, goal)]
        present = await _take_in(copy, present, within, min(reached, goal))
    return present


async def _take_in(
    copy: Copy, present: Checkpoint, rows: Sequence[StoredEvent], reached: int
) -> Checkpoint:
    try:
        return await apply(copy, present, rows, reached)
    except (StoreUnavailable, Overtaken):
        raise
    except Exception as failure:  # noqa: BLE001 - whatever a handler raises stops its view
        log.warning("batch_failed", schema=copy.schema, error=type(failure).__name__)
    return await _narrow_down(copy, present, rows)


async def _narrow_down(copy: Copy, present: Checkpoint, rows: Sequence[StoredEvent]) -> Checkpoint:
    """Take in the events before the one that fails, halving the batch, and stop there."""
    while rows:
        part = rows[: max(1, len(rows) // 2)]
        try:
            present = await apply(copy, present, part, part[-1].seq)
        except (StoreUnavailable, Overtaken):
            raise
        except Exception as failure:
            if len(part) == 1:
                raise await _stopped(copy, present, part[0], failure) from failure
            rows = part
        else:
            rows = rows[len(part) :]
    return present


async def apply(
    copy: Copy, present: Checkpoint, rows: Sequence[StoredEvent], reached: int
) -> Checkpoint:
    """Take one batch in and move the checkpoint to `reached`, in one transaction."""
    follows = copy.view.follows
    own = [row for row in rows if follows(row["stream_id"], row["type"])]
    events = as_of(await copy.store.decode_all(own), copy.until.effective, copy.until.known)
    try:
        with store_errors():
            async with copy.pool.acquire() as connection:
                after = await _after(copy, connection, events) if events else None
                return await _write(copy, connection, present, reached, after)
    except BaseException:
        copy.forget()
        raise


async def _after(copy: Copy, connection: Connection, events: Sequence[RecordedEvent]) -> Any:
    """What the view must hold after these events."""
    async with connection.transaction(readonly=True):
        await look_into(connection, copy.schema)
        before = await copy.load(connection, events)
    return copy.view.fold(before, events)


async def _write(
    copy: Copy, connection: Connection, present: Checkpoint, reached: int, after: Any
) -> Checkpoint:
    async with connection.transaction():
        await look_into(connection, copy.schema)
        moved = await advance(connection, present, reached)
        if after is not None:
            await copy.view.save(connection, after)
    return moved


async def _stopped(
    copy: Copy, present: Checkpoint, row: StoredEvent, failure: Exception
) -> ViewStopped:
    stopped = ViewStopped(copy.view.name, row.seq, row.type, type(failure).__name__)
    with store_errors():
        await record_stop(copy.pool, present, stopped)
    return stopped
