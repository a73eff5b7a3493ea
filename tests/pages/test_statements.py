"""A list asks the database as often however long it is, and nothing twice that has not moved."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from bench.clinic import publish, shipped_programme
from bench.log import query
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.rebuild import rebuild
from projections.views import VIEWS
from tests.pages.asked import Heard, heard_by, pages
from tests.projections.clinic import Clinic, written_clinic

LISTS = (
    "/today?owner=all&due=ever",
    "/safety",
    "/caseload",
    "/waitlist",
    "/groups",
    "/clinicians",
    "/outcomes",
    "/programmes/mbt-g",
    "/operations",
)

COPIES = 3

MOST = 27
"""Statements of the page that needs most of them, when nothing is kept."""


@pytest.fixture
def heard() -> Heard:
    return []


@pytest_asyncio.fixture
async def listening(log_dsn: str, heard: Heard) -> AsyncIterator[Pool]:
    async with asyncpg.create_pool(
        log_dsn, connection_class=heard_by(heard), server_settings={"timezone": "UTC"}
    ) as pool:
        yield pool


@pytest_asyncio.fixture
async def clinic(store: EventStore, pool: Pool) -> Clinic:
    """A clinic in the log, and in every view."""
    await publish(store, shipped_programme())
    written = await written_clinic(store, pool)
    for view in VIEWS:
        await rebuild(view, store, pool)
    return written


async def test_a_list_asks_as_often_of_four_clinics_as_of_one(
    clinic: Clinic, pool: Pool, listening: Pool, heard: Heard
) -> None:
    assert clinic.entities
    of_one = await _asked(pool, listening, heard)
    await pool.execute(query("crowd").replace("COPIES", str(COPIES)))
    assert await _asked(pool, listening, heard) == of_one
    assert max(of_one.values()) <= MOST


async def test_what_is_made_of_views_is_not_read_again_while_they_stand(
    clinic: Clinic, pool: Pool, listening: Pool, heard: Heard
) -> None:
    assert clinic.entities
    async with pages(pool, listening, heard, "supervisor") as seen:
        first, again = [await seen.statements("/outcomes") for _ in range(2)]
    assert any("percentile_cont" in one for one in first)
    assert not any("percentile_cont" in one for one in again)


async def _asked(pool: Pool, listening: Pool, heard: Heard) -> dict[str, int]:
    """How many statements each list takes in a process that keeps nothing yet."""
    found = {}
    for address in LISTS:
        async with pages(pool, listening, heard, "supervisor") as seen:
            found[address] = len(await seen.statements(address))
    return found
