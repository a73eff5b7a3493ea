"""Rows at numbers that the log never gave: no sealer reaches them, but readers of a stream do."""

from audit.findings import Finding
from eventstore.connect import Connection, fetch_one
from eventstore.seal.sql import query

NAMED_AT_MOST = 200
"""So many are named one by one: more were not put in by hand."""


async def unnumbered_findings(connection: Connection, sealed_seq: int) -> list[Finding]:
    """A finding for each event at a seq that the log never gave, and one if it gives them anew.

    The log has given every seq up to that of the last sealed event, `sealed_seq`, and up to the
    watermark, wherever its sequence stands now.
    """
    rows = await connection.fetch(query("unnumbered"), NAMED_AT_MOST, sealed_seq)
    found = [
        Finding(
            kind="row_extra",
            seq=row["seq"],
            message=f"event {row['seq']} has a number that the log never gave: "
            "it was put in past the append function",
        )
        for row in rows
    ]
    return found + await _behind(connection, sealed_seq)


async def _behind(connection: Connection, sealed_seq: int) -> list[Finding]:
    row = await fetch_one(connection, query("numbers_given"))
    reached = max(row["settled_seq"], sealed_seq)
    if row["last_seq"] >= reached:
        return []
    return [
        Finding(
            kind="sequence_behind",
            message=f"the log's sequence stands at {row['last_seq']}, and events up to {reached} "
            "have their numbers: it was set back, or the watermark ahead; restore both",
        )
    ]
