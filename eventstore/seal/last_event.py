"""Which event a tree ends with: its root proves it; nobody signs the columns that say so."""

from eventstore.connect import Connection
from eventstore.seal.errors import SealBroken, TilesMissing
from eventstore.seal.leaf import read_rows
from eventstore.seal.merkle import inclusion_spans, verify_inclusion
from eventstore.seal.tree import Sealed, read_hashes, seq_at


async def require_last_event(connection: Connection, sealed: Sealed) -> None:
    """Make sure that sealing goes on behind the event that was sealed last, and behind no other.

    Raises `SealBroken`, `TilesMissing`, `StoreUnavailable`.
    """
    seq = await seq_at(connection, sealed.size - 1)
    if seq != sealed.last_seq:
        raise SealBroken(
            sealed.size,
            f"its checkpoint's row says that it ends with event {sealed.last_seq}, "
            f"and its tile of leaves with {'none' if seq is None else seq}",
        )
    if not await _ends_with(connection, sealed, seq):
        raise SealBroken(sealed.size, f"event {seq} is not the one that was sealed last")


async def last_seq_of(connection: Connection, sealed: Sealed) -> int:
    """The seq of the last event in a tree whose root is right.

    Where the row and the tile contradict each other the one counts that the root proves; the tile's
    if neither is. Raises `StoreUnavailable`.
    """
    seq = await seq_at(connection, sealed.size - 1)
    if seq is None or seq == sealed.last_seq:
        return sealed.last_seq
    try:
        by_row = await _ends_with(connection, sealed, sealed.last_seq)
    except TilesMissing:
        by_row = False
    return sealed.last_seq if by_row else seq


async def _ends_with(connection: Connection, sealed: Sealed, seq: int) -> bool:
    """Whether today's event at `seq` is the last leaf under the signed root."""
    rows = await read_rows(connection, seq - 1, seq) if seq > 0 else []
    last = sealed.size - 1
    path = await read_hashes(connection, inclusion_spans(last, sealed.size))
    return bool(rows) and verify_inclusion(rows[0].hash, last, sealed.size, path, sealed.root)
