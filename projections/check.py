"""Comparing a live view with what the log says it should be."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal, cast

from eventstore.connect import Connection, Pool
from eventstore.errors import store_errors
from eventstore.store import EventStore
from projections.checkpoint import checkpoint_of
from projections.errors import CheckOvertaken, ViewAbsent
from projections.follow import Copy, Until, catch_up, checkpoint
from projections.replay import scratch
from projections.sql import query
from projections.tables import ensure_catalogue
from projections.view import View

EXAMPLES = 10
MILLISECOND = timedelta(milliseconds=1)
ATTEMPTS = 100

PATIENCE = timedelta(minutes=10)
"""How long a comparison may take where somebody asked for it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not as the log says: its table, its primary key and the columns that differ.

    `missing` from the live view, `surplus` in it, or `different`. It holds no content.
    """

    relation: str
    key: dict[str, Any]
    kind: Literal["missing", "surplus", "different"]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a comparison found: how many rows differ at `seq`, and the first few of them."""

    view: str
    seq: int
    differences: int
    examples: tuple[Difference, ...]


async def check(
    view: View[Any, Any], store: EventStore, pool: Pool, examples: int = EXAMPLES
) -> Checked:
    """Replay the log beside the live view, which goes on meanwhile, and compare the two.

    Raises `ViewAbsent`, `ViewStopped`, `CheckOvertaken`, `StoreUnavailable`.
    """
    await ensure_catalogue(pool)
    seq = await _live_seq(view, pool)
    async with scratch(view, store, pool, Until(seq=seq)) as copy:
        return await compared(copy, examples)


async def compared(copy: Copy, examples: int = EXAMPLES, patience: timedelta = PATIENCE) -> Checked:
    """Compare the live view with a copy that stands where it did, and follows it meanwhile.

    Raises `ViewAbsent`, `ViewStopped`, `CheckOvertaken`, `StoreUnavailable`.
    """
    for _ in range(ATTEMPTS):
        checked = await _at_one_seq(copy, examples, patience)
        if checked is not None:
            return checked
        seq = await _live_seq(copy.view, copy.pool)
        further = replace(copy, until=Until(seq=seq))
        await catch_up(further, await checkpoint(further), seq)
    raise CheckOvertaken(copy.view.name)


async def _at_one_seq(copy: Copy, examples: int, patience: timedelta) -> Checked | None:
    """The comparison in one snapshot, or None if the two are not at the same seq in it."""
    with store_errors():
        async with (
            copy.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            live = await checkpoint_of(connection, copy.view.schema)
            replayed = await checkpoint_of(connection, copy.schema)
            if live is None or replayed is None or live.seq != replayed.seq:
                return None
            await connection.execute(query("patience"), str(patience // MILLISECOND))
            return await _differences(copy, connection, live.seq, examples)


async def _differences(copy: Copy, connection: Connection, seq: int, examples: int) -> Checked:
    view = copy.view
    rows = await connection.fetch(query("differences"), view.schema, copy.schema, examples)
    return Checked(
        view=view.name,
        seq=seq,
        differences=rows[0]["total"] if rows else 0,
        examples=tuple(
            Difference(
                relation=row["relation"],
                key=json.loads(row["key"]),
                kind=cast("Literal['missing', 'surplus', 'different']", row["kind"]),
                columns=tuple(row["columns"]),
            )
            for row in rows
        ),
    )


async def _live_seq(view: View[Any, Any], pool: Pool) -> int:
    with store_errors():
        live = await checkpoint_of(pool, view.schema)
    if live is None:
        raise ViewAbsent(view.name)
    return live.seq
