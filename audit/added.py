"""Hashes beyond what any checkpoint has signed: no proof reads them, no sealer goes on there."""

from audit.findings import Finding
from eventstore.connect import Connection
from eventstore.seal.tree import tiles_beyond

NAMED_AT_MOST = 200
"""So many are named one by one."""


async def added_findings(connection: Connection) -> list[Finding]:
    """A finding for each tile that is too long or too many."""
    return [
        Finding(
            kind="tile_altered",
            message=f"tile {tile.number} of level {tile.level} holds more than any checkpoint has "
            "signed: hashes were added to it, or a checkpoint was taken away",
        )
        for tile in await tiles_beyond(connection, NAMED_AT_MOST)
    ]
