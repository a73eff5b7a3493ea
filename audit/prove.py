"""Proofs for outsiders: that an event is in the log, and that the log only grew."""

from uuid import UUID

import asyncpg

from eventstore.errors import store_errors
from eventstore.seal.errors import EventNotSealed
from eventstore.seal.leaf import read_rows
from eventstore.seal.merkle import consistency_spans, inclusion_spans
from eventstore.seal.proof import ConsistencyProof, InclusionProof
from eventstore.seal.tree import at_size, index_of, latest_or_refuse, read_hashes


async def prove_inclusion(dsn: str, event: UUID | int) -> InclusionProof:
    """The event, given by its id or its seq, is in the tree of the latest checkpoint.

    Raises `EventNotSealed`, `NothingSealed`, `TilesMissing`, `StoreUnavailable`.
    """
    with store_errors():
        connection = await asyncpg.connect(dsn)
        try:
            sealed = await latest_or_refuse(connection)
            seq, index = await index_of(connection, event)
            rows = await read_rows(connection, seq - 1, seq)
            leaf = rows[0].leaf if rows else None
            if not leaf or index >= sealed.size:
                raise EventNotSealed(event)
            hashes = await read_hashes(connection, inclusion_spans(index, sealed.size))
            return InclusionProof(leaf, index, tuple(hashes), sealed.note)
        finally:
            await connection.close()


async def prove_consistency(
    dsn: str, old: int, new: int, kept: str | None = None
) -> ConsistencyProof:
    """The tree of the checkpoint of size `old` is a beginning of that of size `new`.

    `kept` is the note of size `old` that somebody has: then the log need not have it, and whether
    the proof holds is for its `check` to say. Raises `NotACheckpoint`, `TilesMissing`,
    `StoreUnavailable`; `ValueError` unless old <= new.
    """
    with store_errors():
        connection = await asyncpg.connect(dsn)
        try:
            before = kept or (await at_size(connection, old)).note
            after = await at_size(connection, new)
            hashes = await read_hashes(connection, consistency_spans(old, new))
            return ConsistencyProof(before, after.note, tuple(hashes))
        finally:
            await connection.close()
