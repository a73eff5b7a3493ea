"""Looking for somebody by name who is not in one's care: it is told that they are here, no more."""

from dataclasses import replace

from eventstore.connect import Pool
from projections.caseload.reading import Wanted, list_cases

MOST = 5
"""Of more people whose name fits, nobody is told apart."""


async def strangers(pool: Pool, wanted: Wanted) -> tuple[str, ...] | None:
    """The pathways of those outside of somebody's care whose name they look for.

    None if there are too many. Whoever looks after the whole clinic has no strangers. Raises
    `StoreUnavailable`.
    """
    if wanted.cared_for_by is None or wanted.name is None:
        return ()
    others = replace(wanted, among=None, strangers=True)
    found = await list_cases(pool, others, limit=MOST + 1)
    return None if len(found) > MOST else tuple(one.pathway_id for one in found)
