"""Keys that were destroyed although the log does not say that anybody was erased.

A patient whose key is gone is shown as erased; without the event that gives the record up,
somebody has taken the content away past the log.
"""

from audit.findings import Finding
from domain.events import registry
from eventstore.connect import Connection
from eventstore.seal.sql import query

ERASING = tuple(known.name for known in registry.TYPES if known.erases)


async def destroyed_findings(connection: Connection) -> list[Finding]:
    """A finding for each such stream, at its first event."""
    rows = await connection.fetch(query("destroyed_unrecorded"), ERASING)
    return [
        Finding(
            kind="key_destroyed",
            seq=row["seq"],
            message=f"the key of {row['stream_id']}, from event {row['seq']} on, was destroyed and "
            "the log does not say that it was erased: bring the key back from a backup",
        )
        for row in rows
    ]
