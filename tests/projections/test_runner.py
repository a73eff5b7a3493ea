"""The projector goes on through lost connections, and steps aside for other code."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random

from domain.events.base import Event
from eventstore.errors import StoreUnavailable
from eventstore.store import EventStore
from projections.horizon import Horizon
from projections.rebuild import rebuild
from projections.runner import keep_up
from tests.projections.given import a_life, a_pathway, append, as_command
from tests.projections.live import Live
from tests.projections.tally import TABLES, Tally, tallied

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def append_patiently(
    store: EventStore, stream: str, decisions: Sequence[Sequence[Event]]
) -> None:
    """Append to a new stream; what a lost connection leaves in doubt is tried again."""
    version = 0
    for decision in decisions:
        events = as_command(Random(f"{stream} {version}"), *decision)  # noqa: S311 - not a secret
        while True:
            with suppress(StoreUnavailable):
                version = (await store.append(stream, version, events)).version
                break


async def test_lost_connections_are_made_good_and_stop_no_view(
    live: Live, tally: Tally, lives: dict[str, int], random: Random
) -> None:
    view = tally.view()
    expected = dict(lives)
    async with live.project(view):
        await live.until(view, seq=await live.settled())
        for _ in range(3):
            await live.pool.execute(CUT)
            stream, decisions = a_pathway(random), a_life(random, steps=2)
            await append_patiently(live.store, stream, decisions)
            expected[stream] = sum(map(len, decisions))
            await live.until(view, "running", await live.store.last_seq())
    assert await tallied(live.pool) == expected


async def test_projector_of_former_code_leaves_the_view_to_the_present_one(
    live: Live, tally: Tally, lives: dict[str, int], random: Random
) -> None:
    store, pool, horizon = live.store, live.pool, Horizon()
    former, settled = tally.view(), await live.settled()
    projector = asyncio.create_task(keep_up(former, store, pool, horizon))
    await horizon.move(settled)
    await live.until(former, seq=settled)

    present = tally.view(TABLES + "CREATE INDEX by_events ON tally (events);")
    await rebuild(present, store, pool)
    await append(store, a_pathway(random), a_life(random, steps=2))
    await horizon.move(await live.settled())

    await asyncio.wait_for(projector, 10)
    assert (await live.until(present)).seq == settled
    assert await tallied(pool) == lives


def test_any_change_to_what_a_view_is_made_of_is_another_version(tally: Tally) -> None:
    versions = {tally.view().version, tally.view().version, tally.view("-- no tables").version}
    handlers = tally.folder / "tally" / "handlers.py"
    for text in ("# other handlers", "import domain.patient", "from domain import risk"):
        handlers.write_text(text)
        versions.add(tally.view().version)
    further = tally.folder / "further.sql"
    further.write_text("-- further tables")
    versions.add(replace(tally.view(), further_tables=(further,)).version)
    assert len(versions) == 6
