"""Whoever reads a view whose live tables other code made is told to come again, not handed rows."""

import pytest

from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.caseload.reading import list_cases
from projections.caseload.view import CASELOAD
from projections.errors import ViewOutdated
from projections.rebuild import rebuild
from projections.replay import scratch

OTHER_CODE = """
    UPDATE carepath_views.checkpoints SET version = 'of other code' WHERE schema_name = $1
"""


async def test_a_view_that_other_code_built_is_not_read(
    store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    await rebuild(CASELOAD, store, pool)
    assert len(await list_cases(pool, limit=100)) == len(lives)
    await pool.execute(OTHER_CODE, CASELOAD.schema)

    with pytest.raises(ViewOutdated, match=r"caseload is being built anew .* try again shortly"):
        await list_cases(pool, limit=100)


async def test_it_is_read_again_once_this_code_has_built_it(
    store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    await rebuild(CASELOAD, store, pool)
    await pool.execute(OTHER_CODE, CASELOAD.schema)
    await rebuild(CASELOAD, store, pool)

    assert len(await list_cases(pool, limit=100)) == len(lives)


async def test_a_copy_beside_it_is_read_meanwhile(
    store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    await rebuild(CASELOAD, store, pool)
    await pool.execute(OTHER_CODE, CASELOAD.schema)

    async with scratch(CASELOAD, store, pool) as copy:
        assert len(await list_cases(pool, limit=100, schema=copy.schema)) == len(lives)
