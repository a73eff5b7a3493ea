"""How far a copy of a view has come."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import asyncpg

from eventstore.connect import Connection, Pool
from projections.errors import Overtaken, ViewStopped
from projections.sql import query


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Every settled event up to `seq` is in the copy, each once.

    `version` is that of the view's definition, `build` tells one copy in a schema from the next.
    The last three fields say why the copy is stopped, and are absent while it runs.
    """

    schema_name: str
    view: str
    version: str
    build: UUID
    seq: int
    state: Literal["running", "stopped"]
    failing_seq: int | None
    failing_type: str | None
    error: str | None


async def checkpoint_of(source: Pool | Connection, schema: str) -> Checkpoint | None:
    """The checkpoint of the copy in a schema, or None if there is no such copy."""
    row = await source.fetchrow(query("checkpoint"), schema)
    return _checkpoint(row) if row else None


async def advance(connection: Connection, checkpoint: Checkpoint, seq: int) -> Checkpoint:
    """Move a copy on to `seq`, in the transaction of its writes. Raises `Overtaken`."""
    row = await connection.fetchrow(
        query("advance"), checkpoint.schema_name, checkpoint.build, checkpoint.seq, seq
    )
    if row is None:
        raise Overtaken(checkpoint.schema_name, checkpoint.seq)
    return _checkpoint(row)


async def record_stop(
    source: Pool | Connection, checkpoint: Checkpoint, stopped: ViewStopped
) -> None:
    """Write down that the copy cannot take in an event."""
    await source.execute(
        query("stop"),
        checkpoint.schema_name,
        checkpoint.build,
        stopped.seq,
        stopped.type,
        stopped.error,
    )


def _checkpoint(row: asyncpg.Record) -> Checkpoint:
    return Checkpoint(**dict(row.items()))
