"""Rows at numbers that the log never gave: no sealer reaches them, but readers of a stream do."""

from audit.findings import Finding
from eventstore.connect import Connection
from eventstore.seal.sql import query

NAMED_AT_MOST = 200
"""So many are named one by one: more were not put in by hand."""


async def unnumbered_findings(connection: Connection) -> list[Finding]:
    """A finding for each event at a seq below 1 or above the last that the sequence has given."""
    rows = await connection.fetch(query("unnumbered"), NAMED_AT_MOST)
    return [
        Finding(
            kind="row_extra",
            seq=row["seq"],
            message=f"event {row['seq']} has a number that the log never gave: "
            "it was put in past the append function",
        )
        for row in rows
    ]
