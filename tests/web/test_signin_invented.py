"""Personas let anybody in, so they are for a log in which every patient is invented."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest_asyncio

from domain.actor import Actor
from domain.events.base import Event
from domain.events.envelope import Origin, new_events
from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.domain import histories
from tests.web.browser import Browser
from tests.web.conftest import empty_log
from web.services import Services, SigningIn

COORDINATOR = "coordinator:persona-coordinator"


@pytest_asyncio.fixture
async def pool(postgres_dsn: str) -> AsyncIterator[Pool]:
    async with empty_log(postgres_dsn) as pool:
        yield pool


@pytest_asyncio.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    async with Browser(replace(services, signing_in=SigningIn(personas=True))) as browser:
        yield browser


async def refer(store: EventStore, subject: str) -> None:
    """A patient comes to the clinic by somebody."""
    origin = Origin(command_id=uuid4(), actor=Actor(subject=subject, role="coordinator"))
    referred: list[Event] = [histories.referred()[0]]
    await store.append(f"pathway-{uuid4()}", 0, new_events(referred, origin))


async def test_personas_are_there_until_a_patient_comes_whom_the_demo_did_not_invent(
    browser: Browser, store: EventStore
) -> None:
    for subject in ("demo-coordinator", "persona-coordinator", "local-coordinator"):
        await refer(store, subject)
        assert (await browser.be(COORDINATOR)).status_code == 303

    await refer(store, "8f2c-of-a-provider")

    page, entered = await browser.get("/sign-in"), await browser.be(COORDINATOR)
    assert "Who would you like to be" not in page.text
    assert "patients whom the demo did not invent" in page.text
    assert entered.status_code == 403


async def test_a_log_that_did_not_begin_with_the_demo_has_no_personas(
    browser: Browser, store: EventStore
) -> None:
    assert (await browser.be(COORDINATOR)).status_code == 303
    await refer(store, "local-coordinator")
    await refer(store, "demo-coordinator")

    assert (await browser.be(COORDINATOR)).status_code == 403
