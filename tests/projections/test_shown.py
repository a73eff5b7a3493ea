"""Any view can be read as it is, and as it was at an instant."""

from datetime import timedelta

import pytest

from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.errors import ViewAbsent
from projections.follow import Until
from projections.rebuild import rebuild
from projections.shown import shown, shown_as_of
from projections.views import VIEWS, view_named
from projections.worklist.view import WORKLIST
from tests.domain import histories
from tests.domain.histories import FIRST_GROUP, WEEK, session, task
from tests.projections.clinic import UNTIL, written_clinic
from tests.projections.given import a_pathway, append, seeded, settle


async def test_every_view_as_of_now_is_the_live_one_and_before_the_clinic_empty(
    store: EventStore, pool: Pool
) -> None:
    await written_clinic(store, pool)
    for view in VIEWS:
        await rebuild(view, store, pool)
        live = await shown(view, pool, limit=10_000)
        now = await shown_as_of(view, store, pool, Until(effective=UNTIL), limit=10_000)
        assert live == now != [], view.name
    for view in VIEWS:
        long_ago = Until(effective=UNTIL - timedelta(days=4000))
        assert await shown_as_of(view, store, pool, long_ago, limit=1) == []


async def test_what_was_to_be_done_at_an_instant_is_what_the_worklist_shows_of_it(
    store: EventStore, pool: Pool
) -> None:
    stream = a_pathway(seeded(1))
    missed = session(FIRST_GROUP, "group", "introduction", "missed")
    opened = task(1, "contact_patient", FIRST_GROUP)
    await append(store, stream, [histories.in_treatment(), [missed], [opened]])
    await settle(pool)

    async def tasks_at(until: Until) -> list[str]:
        rows = await shown_as_of(WORKLIST, store, pool, until, limit=100, having=stream)
        return [one.row["item"] for one in rows if one.row.get("source") == "task"]

    assert await tasks_at(Until(effective=FIRST_GROUP)) == ["task-1"]
    assert await tasks_at(Until(effective=FIRST_GROUP - WEEK)) == []
    assert await tasks_at(Until(known=FIRST_GROUP)) == [], "nobody had recorded it then"


async def test_only_rows_with_a_value_are_shown_and_no_state_kept_beside_them(
    store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    view = view_named("caseload")
    await rebuild(view, store, pool)
    everything = await shown(view, pool, limit=100)
    assert {one.table for one in everything} == {"caseload"}
    assert len(everything) == len(lives)
    stream = min(lives)
    assert [one.row["pathway_id"] for one in await shown(view, pool, limit=9, having=stream)] == [
        stream
    ]


async def test_view_that_was_never_built_cannot_be_shown(pool: Pool) -> None:
    with pytest.raises(ViewAbsent):
        await shown(WORKLIST, pool, limit=1)
