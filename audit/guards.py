"""What keeps the log as it is: somebody who meant to change it may have taken that away first."""

from audit.findings import Finding
from eventstore.connect import Connection
from eventstore.seal.sql import query


async def guard_findings(connection: Connection) -> list[Finding]:
    """A finding for each constraint and trigger that is missing, and for each inheriting table."""
    rows = await connection.fetch(query("guards_missing"))
    return [
        Finding(
            kind="guard_missing",
            message=f"{row['missing']}: whoever owns the database did that past carepath; "
            "see which events were put in then, and restore the schema from a backup",
        )
        for row in rows
    ]
