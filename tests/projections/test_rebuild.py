"""A view is built anew beside the live one; nobody sees it empty, and no event is lost."""

import asyncio
from dataclasses import replace
from random import Random

import pytest

from eventstore.connect import Connection, Pool
from eventstore.store import EventStore
from projections.errors import RebuildUnderWay
from projections.follow import Until, catch_up, checkpoint
from projections.rebuild import rebuild
from projections.replay import replay_into
from projections.states import view_states
from tests.projections.given import a_life, a_pathway, append
from tests.projections.live import Live
from tests.projections.tally import TABLES, Tally, nothing, tallied


async def schemas(pool: Pool) -> set[str]:
    rows = await pool.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'view\\_%'")
    return {row["nspname"] for row in rows}


async def test_readers_never_see_an_empty_table_nor_an_error_during_rebuilds(
    live: Live, tally: Tally, lives: dict[str, int]
) -> None:
    view = tally.view()
    seen: list[int] = []
    finished = asyncio.Event()

    async def read_all_the_time() -> None:
        while not finished.is_set():
            seen.append(sum((await tallied(live.pool)).values()))
            seen.append(await live.pool.fetchval("SELECT sum(events) FROM view_tally.tally"))

    async with live.project(view):
        await live.until(view, seq=await live.settled())
        readers = [asyncio.create_task(read_all_the_time()) for _ in range(3)]
        for _ in range(10):
            await rebuild(view, live.store, live.pool)
        finished.set()
        await asyncio.gather(*readers)

    assert len(seen) > 30
    assert set(seen) == {sum(lives.values())}
    assert await schemas(live.pool) == {"view_tally"}


async def test_events_appended_during_a_rebuild_are_not_lost(
    live: Live, tally: Tally, lives: dict[str, int], random: Random
) -> None:
    view = tally.view()
    added = {a_pathway(random): a_life(random, steps=2) for _ in range(8)}

    async def add() -> None:
        for stream, decisions in added.items():
            await append(live.store, stream, decisions)

    async with live.project(view):
        await live.until(view, seq=await live.settled())
        appending = asyncio.create_task(add())
        while not appending.done():
            await rebuild(view, live.store, live.pool)
        await appending
        await live.until(view, seq=await live.store.last_seq())

    expected = {stream: sum(map(len, decisions)) for stream, decisions in added.items()}
    assert await tallied(live.pool) == lives | expected


async def test_view_of_other_code_is_rebuilt_and_readable_meanwhile(
    live: Live, tally: Tally, lives: dict[str, int]
) -> None:
    former = tally.view()
    async with live.project(former):
        await live.until(former, seq=await live.settled())
    changed = tally.view(TABLES + "CREATE INDEX by_events ON tally (events);")
    assert changed.version != former.version
    (state,) = await view_states(live.pool, [changed])
    assert state.state == "outdated"

    read_while_building: list[dict[str, int]] = []

    async def read(_connection: Connection) -> None:
        (state,) = await view_states(live.pool, [changed])
        assert state.state == "rebuilding"
        read_while_building.append(await tallied(live.pool))

    tally.before_saving = read
    async with live.project(changed):
        await live.until(changed, seq=await live.settled())
    assert read_while_building == [lives]
    assert await live.pool.fetchval("SELECT to_regclass('view_tally.by_events') IS NOT NULL")


async def test_a_view_whose_tables_were_lost_is_built_again(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    """Its checkpoint says still that they are there."""
    view = tally.view()
    await rebuild(view, store, pool)
    await pool.execute("DROP SCHEMA view_tally CASCADE")

    built = await rebuild(view, store, pool)

    assert await tallied(pool) == lives
    assert built.differences is None


async def test_a_rebuild_tells_how_many_rows_are_not_as_before(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    view = tally.view()
    first = await rebuild(view, store, pool)
    same = await rebuild(view, store, pool)
    await pool.execute(
        "UPDATE view_tally.tally SET events = events + 1 WHERE stream_id = $1", min(lives)
    )
    changed = await rebuild(view, store, pool)

    assert [one.differences for one in (first, same, changed)] == [None, 0, 1]
    (state,) = await view_states(pool, [view])
    assert state.differences == 1


async def test_what_came_during_a_rebuild_is_no_difference(
    live: Live, tally: Tally, lives: dict[str, int], random: Random
) -> None:
    view = tally.view()
    async with live.project(view):
        await live.until(view, seq=await live.settled())

        async def add(_connection: Connection) -> None:
            tally.before_folding = nothing
            await append(live.store, a_pathway(random), a_life(random, steps=2))
            await live.until(view, "rebuilding", seq=await live.store.last_seq())

        tally.before_folding = add
        built = await rebuild(view, live.store, live.pool)

    assert built.differences == 0
    assert sum((await tallied(live.pool)).values()) > sum(lives.values())


async def test_second_rebuild_at_once_is_refused(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    view = tally.view()

    async def again(_connection: Connection) -> None:
        with pytest.raises(RebuildUnderWay):
            await rebuild(view, store, pool)

    tally.before_saving = again
    await rebuild(view, store, pool)
    assert await tallied(pool) == lives


async def test_what_a_killed_rebuild_left_is_cleared_by_the_next(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    view = tally.view()
    await rebuild(view, store, pool)
    await pool.execute(
        "SELECT carepath_views.create_copy('view_tally_next', 'tally', 'other'); "
        "CREATE SCHEMA view_tally_old; CREATE TABLE view_tally_old.tally (x int)"
    )
    (state,) = await view_states(pool, [view])
    assert state.state == "running"
    await rebuild(view, store, pool)
    assert await schemas(pool) == {"view_tally"}
    assert await tallied(pool) == lives


async def test_reader_who_holds_the_old_tables_open_ends_undisturbed(
    tally: Tally,
    store: EventStore,
    pool: Pool,
    lives: dict[str, int],
) -> None:
    view = tally.view()
    await rebuild(view, store, pool)
    async with pool.acquire() as reader, reader.transaction():
        cursor = await reader.cursor("SELECT events FROM view_tally.tally")
        first = await cursor.fetch(1)
        rebuilding = asyncio.create_task(rebuild(view, store, pool))
        async with asyncio.timeout(10):
            while not await pool.fetchval("SELECT to_regnamespace('view_tally_old') IS NOT NULL"):
                assert not rebuilding.done()
        rest = await cursor.fetch(100)
        assert len(first + rest) == len(lives)
        assert await tallied(pool) == lives
    await rebuilding
    assert await schemas(pool) == {"view_tally"}


async def test_readers_are_not_switched_back_in_time(
    tally: Tally, store: EventStore, pool: Pool, lives: dict[str, int]
) -> None:
    view = tally.view()
    settled = (await rebuild(view, store, pool)).seq
    behind = Until(seq=settled - 1)
    copy, _ = await replay_into(view.next_schema, view, store, pool, behind)
    schemas = (view.schema, view.next_schema, view.old_schema)
    assert await pool.fetchval("SELECT carepath_views.switch($1, $2, $3)", *schemas) is False
    assert await tallied(pool) == lives

    level = replace(copy, until=Until())
    await catch_up(level, await checkpoint(level), settled)
    assert await pool.fetchval("SELECT carepath_views.switch($1, $2, $3)", *schemas) is True
    assert await tallied(pool) == lives
