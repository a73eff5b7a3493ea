"""Whether all patients of a log are invented: beside a real one nobody is let in as a persona."""

from pathlib import Path

from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.sql import queries_in

DEMO = "demo-"
"""How the subject of whoever referred a patient begins, where the demo invented both."""

TRYING = "^(persona-|local-|clinician-)"
"""The same of those who try the demo out: personas, and the tokens of the machine itself."""

query = queries_in(Path(__file__).parent.parent / "queries")


async def only_invented(pool: Pool) -> bool:
    """Whether the log has no patient but the demo's and what was tried out on it.

    Raises `StoreUnavailable`.
    """
    with store_errors():
        return bool(await pool.fetchval(query("invented"), DEMO, TRYING))
