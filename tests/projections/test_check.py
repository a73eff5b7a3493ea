"""A check finds every row that is not as the log says, and shows nobody's data."""

from random import Random

import pytest

from eventstore.connect import Connection, Pool
from eventstore.store import EventStore
from projections.caseload.view import CASELOAD
from projections.check import check
from projections.errors import ViewAbsent
from projections.rebuild import rebuild
from tests.projections.given import a_life, a_pathway, append, settle
from tests.projections.live import Live
from tests.projections.tally import Tally

FALSIFIED = "UPDATE view_caseload.caseload SET patient_name = 'Somebody' WHERE pathway_id = $1"


@pytest.fixture
def pathways(lives: dict[str, int]) -> list[str]:
    return sorted(lives)


async def test_view_as_the_log_says_has_no_differences(
    store: EventStore, pool: Pool, pathways: list[str]
) -> None:
    await rebuild(CASELOAD, store, pool)
    checked = await check(CASELOAD, store, pool)
    assert (checked.differences, checked.examples) == (0, ())
    assert checked.seq == await settle(pool)
    assert len(pathways) == await pool.fetchval("SELECT count(*) FROM view_caseload.caseload")


async def test_tampered_missing_and_surplus_rows_are_found_and_named_by_key(
    store: EventStore, pool: Pool, pathways: list[str]
) -> None:
    await rebuild(CASELOAD, store, pool)
    await pool.execute(FALSIFIED, pathways[0])
    await pool.execute("DELETE FROM view_caseload.caseload WHERE pathway_id = $1", pathways[1])
    await pool.execute(
        "INSERT INTO view_caseload.caseload SELECT (json_populate_record(c, "
        "json_build_object('pathway_id', 'pathway-x'))).* FROM view_caseload.caseload AS c "
        "WHERE pathway_id = $1",
        pathways[2],
    )
    checked = await check(CASELOAD, store, pool)
    assert checked.differences == 3
    assert [(one.kind, one.key["pathway_id"], one.columns) for one in checked.examples] == [
        ("different", pathways[0], ("patient_name",)),
        ("missing", pathways[1], ()),
        ("surplus", "pathway-x", ()),
    ]
    assert "Somebody" not in repr(checked)
    assert "Example" not in repr(checked)


async def test_examples_are_few_and_the_number_is_of_all(
    store: EventStore, pool: Pool, pathways: list[str]
) -> None:
    await rebuild(CASELOAD, store, pool)
    await pool.execute("DELETE FROM view_caseload.caseload")
    checked = await check(CASELOAD, store, pool, examples=2)
    assert checked.differences == len(pathways)
    assert len(checked.examples) == 2


async def test_rebuild_puts_a_tampered_row_right(
    store: EventStore, pool: Pool, pathways: list[str]
) -> None:
    await rebuild(CASELOAD, store, pool)
    await pool.execute(FALSIFIED, pathways[0])
    await rebuild(CASELOAD, store, pool)
    assert (await check(CASELOAD, store, pool)).differences == 0


@pytest.mark.usefixtures("lives")
async def test_view_that_moves_on_during_the_check_is_compared_where_it_is(
    live: Live, tally: Tally, random: Random
) -> None:
    view = tally.view()
    moved = False
    async with live.project(view):
        await live.until(view, seq=await live.settled())

        async def move_the_live_view(connection: Connection) -> None:
            nonlocal moved
            if moved or await connection.fetchval("SELECT current_schema()") == view.schema:
                return
            moved = True
            await append(live.store, a_pathway(random), a_life(random, steps=1))
            await live.until(view, seq=await live.store.last_seq())

        tally.before_folding = move_the_live_view
        before = await live.store.last_seq()
        checked = await check(view, live.store, live.pool)
    assert moved
    assert checked.seq > before
    assert checked.differences == 0


async def test_absent_view_cannot_be_checked(store: EventStore, pool: Pool) -> None:
    with pytest.raises(ViewAbsent):
        await check(CASELOAD, store, pool)
