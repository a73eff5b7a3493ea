"""Views of folded entities: the same whatever the batches, and nothing is left of the erased."""

from collections.abc import Iterable
from inspect import unwrap
from typing import Any

import pytest_asyncio

from domain.events.envelope import RecordedEvent
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.check import check
from projections.folded.batch import shown
from projections.folded.entity import Entity, Folding, Key, Row, Table
from projections.follow import Copy, catch_up, checkpoint
from projections.rebuild import rebuild
from projections.tables import create_copy, ensure_catalogue, looking_into
from projections.view import View
from projections.views import VIEWS
from tests.projections.clinic import Clinic, written_clinic
from tests.projections.given import settle

FOLDED = tuple(view for view in VIEWS if view.remembering)


@pytest_asyncio.fixture
async def clinic(store: EventStore, pool: Pool) -> Clinic:
    await ensure_catalogue(pool)
    return await written_clinic(store, pool)


async def test_every_view_of_a_clinic_in_small_batches_is_as_its_check_says(
    store: EventStore, pool: Pool, clinic: Clinic
) -> None:
    assert len(clinic.entities) > 10
    for view in VIEWS:
        await followed(view, store, pool, batch=173)
        checked = await check(view, store, pool)
        assert (checked.differences, checked.examples) == (0, ()), view.name
        table = f"{view.schema}.{biggest(view)}"
        assert await pool.fetchval(f"SELECT count(*) FROM {table}") > 0, table  # noqa: S608


async def test_rows_are_those_of_the_whole_fold_of_each_entity(
    store: EventStore, pool: Pool, clinic: Clinic
) -> None:
    streams = {one.id: await store.read_stream(one.id) for one in clinic.entities}
    for view in FOLDED:
        await rebuild(view, store, pool)
        for row_class, table in tables(view).items():
            expected = [row for row in whole(view, streams) if type(row) is row_class]
            async with looking_into(pool, view.schema) as connection:
                found = await connection.fetch(f"TABLE {view.schema}.{table.name}")
            rows = [row_class(**{name: plain(one) for name, one in row.items()}) for row in found]
            assert by_key(table, rows) == by_key(table, expected)
            assert len(rows) == len(expected)


async def test_nothing_is_left_of_the_erased_in_any_table_of_any_view(
    store: EventStore, pool: Pool, clinic: Clinic
) -> None:
    for view in VIEWS:
        await rebuild(view, store, pool)
        rows = await pool.fetch("SELECT content FROM carepath_views.rows_of($1)", view.schema)
        kept = "\n".join(row["content"] for row in rows)
        assert rows != []
        for entity_id in clinic.erased:
            assert entity_id not in kept, view.name


def biggest(view: View[Any, Any]) -> str:
    return next(iter(tables(view).values())).name if view.remembering else view.name


def way(view: View[Any, Any]) -> Any:
    """What the view is folded by: what it is loaded with is a method of that."""
    return unwrap(view.load).__self__


def tables(view: View[Any, Any]) -> dict[type, Table]:
    return dict(way(view).tables)


def kinds(view: View[Any, Any]) -> dict[str, Entity[Any]]:
    return dict(way(view).kinds)


def whole(view: View[Any, Any], streams: dict[str, list[RecordedEvent]]) -> list[Row]:
    """The rows of entities of which nothing was forgotten and every event heeded."""
    return [
        row
        for entity_id, events in streams.items()
        if (entity := kinds(view).get(entity_id.partition("-")[0]))
        for row in shown(entity, entity_id, whole_folding(entity, events)).rows
    ]


def whole_folding(entity: Entity[Any], events: Iterable[RecordedEvent]) -> Folding[Any]:
    state, last = entity.state, None
    for last in events:
        state = entity.evolve(state, last.event)
    assert last is not None
    return Folding(state, last.version, last.effective_at)


def plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def by_key(table: Table, rows: Iterable[Row]) -> dict[Key, Row]:
    return {table.key_of(row): row for row in rows}


async def followed(view: View[Any, Any], store: EventStore, pool: Pool, batch: int) -> None:
    async with pool.acquire() as connection:
        await create_copy(connection, view, view.schema)
    copy = Copy(store, pool, view, view.schema, batch=batch)
    await catch_up(copy, await checkpoint(copy), await settle(pool))
