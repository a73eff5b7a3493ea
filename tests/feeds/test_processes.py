"""Each process does its part of feeds under its own login; the owner alone says who is told."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from activities.feeds import subscription as subscriptions
from activities.feeds.page import Feed
from eventstore.connect import Pool, create_pool
from eventstore.encryption.key_ring import FileKeyWrapper
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.migrate import migrate
from eventstore.reads import access_stream_by
from eventstore.rights import apply_rights
from eventstore.store import EventStore
from tests.activities.web_server import Reply, web_server
from tests.feeds.given import EVERYTHING, LAB, Clinic
from tests.rights.logins import log_in
from web.rights.sight import sight_of
from workers.telemetry.feeds import FeedFigures

APPENDER, PROJECTOR = "carepath_appender", "carepath_projector"


@dataclass
class Logins:
    """The clinic as the database's owner has it, and pools of others' logins."""

    owner: Clinic
    worker: Clinic
    web: Pool


@pytest_asyncio.fixture
async def logins(empty_dsn: str, ring: Path) -> AsyncIterator[Logins]:
    owner = await asyncpg.connect(empty_dsn)
    await migrate(owner)
    await apply_rights(owner)
    async with AsyncExitStack() as opened, web_server() as receiver:
        worker = await log_in(opened, owner, empty_dsn, APPENDER)
        web = await log_in(opened, owner, empty_dsn, PROJECTOR)
        own = await create_pool(empty_dsn)
        opened.push_async_callback(own.close)
        yield Logins(
            Clinic(own, store_of(own, ring), receiver, ring),
            Clinic(worker, store_of(worker, ring), receiver, ring),
            web,
        )
    await owner.close()


def store_of(pool: Pool, ring: Path) -> EventStore:
    return EventStore(pool, PatientCipher(pool, FileKeyWrapper(ring)))


async def test_a_worker_sends_content_and_the_web_reads_pages(logins: Logins, ring: Path) -> None:
    await logins.owner.referred()
    await logins.owner.subscribe(sees=EVERYTHING)

    await logins.worker.send()

    assert [one["carepathcontent"] for one in logins.worker.got] == ["whole"]
    assert (await logins.worker.lab()).seq == 1
    assert len(await logins.worker.store.read_stream(access_stream_by("feed-lab"))) == 1
    feed = Feed(logins.web, store_of(logins.web, ring), sight_of(EVERYTHING))
    assert len((await feed.page(0, 10)).told) == 1
    assert [one.id for one in await subscriptions.subscriptions(logins.web)] == [LAB]


async def test_a_failure_is_noted_by_the_worker(logins: Logins) -> None:
    await logins.owner.referred()
    await logins.owner.subscribe()
    logins.worker.web.will(Reply(410))
    await logins.worker.send()
    assert (await logins.owner.lab()).state == "parked"


async def test_no_process_says_who_is_told_or_what(logins: Logins) -> None:
    await logins.owner.subscribe()
    for pool in (logins.worker.pool, logins.web):
        for change in (
            subscriptions.add(pool, "spy", None, types=[], sees=EVERYTHING, secrets=[], after=0),
            subscriptions.resume(pool, LAB),
            subscriptions.rewind(pool, LAB, 0),
            subscriptions.exchange_secrets(pool, LAB, ["env:HOME"]),
            subscriptions.remove(pool, LAB),
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await change


async def test_figures_say_who_is_behind_and_who_is_parked(logins: Logins) -> None:
    worker, owner = logins.worker, logins.owner
    for name in ("registry", "resting", LAB):
        await owner.subscribe(name=name)
    await subscriptions.add(owner.pool, "asks", None, types=[], sees=[], secrets=[], after=0)
    await subscriptions.pause(owner.pool, "resting")
    await owner.referred(times=2)
    registry = await subscriptions.subscription(owner.pool, "registry")
    await subscriptions.note_failure(worker.pool, registry, 0, "x", timedelta(), park=True)
    shown = CollectorRegistry()
    figures = FeedFigures(shown, worker.pool)
    figures.delivered(LAB)
    figures.failed("registry")

    await figures.read()

    def value(name: str, receiver: str) -> float | None:
        return shown.get_sample_value(f"carepath_feed_{name}", {"receiver": receiver})

    assert (value("lag", LAB), value("parked", LAB)) == (2, 0)
    assert (value("lag", "registry"), value("parked", "registry")) == (2, 1)
    assert value("lag", "resting") is None
    assert value("lag", "asks") is None
    assert (value("delivered_total", LAB), value("failed_total", "registry")) == (1, 1)
    await subscriptions.remove(owner.pool, LAB)
    await figures.read()
    assert value("lag", LAB) is None
