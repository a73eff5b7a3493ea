"""Who may do what in the log's database: five roles, written down as SQL.

A role here has no login: a process logs in as a user of its own who is a member of one of them.
"""

from pathlib import Path

from eventstore.connect import Connection
from eventstore.errors import store_errors

STEPS = Path(__file__).parent

ROLES = (
    "carepath_owner",
    "carepath_appender",
    "carepath_projector",
    "carepath_sealer",
    "carepath_reader",
)


async def apply_rights(connection: Connection) -> tuple[str, ...]:
    """Make the roles that are missing, hand the log to its owner, grant what each may; all or none.

    To be run by a superuser, or by who made the log and may make roles, after each migration; who
    is no superuser becomes a member of the roles they make. Gives the names of the roles. Raises
    `asyncpg.InsufficientPrivilegeError`, `StoreUnavailable`.
    """
    with store_errors():
        async with connection.transaction():
            for step in sorted(STEPS.glob("*.sql")):
                await connection.execute(step.read_text(encoding="utf-8"))
    return ROLES
